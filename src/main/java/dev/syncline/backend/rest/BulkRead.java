package dev.syncline.backend.rest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How several rows are asked for in one request: by a parameter of the list.
 *
 * @param parameter names the ids, separated by commas
 * @param most the largest number of ids
 */
record BulkRead(String parameter, int most) {
    private static final int MOST = 1_000;
    /** Servers and proxies take addresses of 8 000 bytes, and each byte may become three. */
    private static final int ROOM = 2_000;

    private static final String SEPARATOR = ",";

    BulkRead {
        if (parameter.isBlank()) {
            throw new IllegalArgumentException("the name of the parameter of bulkRead is blank");
        }
        if (most < 2 || most > MOST) {
            throw new IllegalArgumentException("bulkRead takes " + most + " ids, but it must be 2 to " + MOST);
        }
    }

    /** The ids that can be asked for so; the others cannot be told apart, have no place in an address or find no room in it. */
    List<String> askable(List<String> ids) {
        List<String> askable = new ArrayList<>();
        int room = ROOM;
        for (String id : ids) {
            int bytes = id.getBytes(StandardCharsets.UTF_8).length + 1;
            if (!id.contains(SEPARATOR) && id.equals(id.strip()) && AddressTemplate.isSegment(id) && bytes <= room) {
                askable.add(id);
                room -= bytes;
            }
        }
        return askable;
    }

    String value(List<String> ids) {
        return String.join(SEPARATOR, ids);
    }
}
