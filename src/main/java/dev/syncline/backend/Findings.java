package dev.syncline.backend;

import java.util.List;

/**
 * What {@link RemoteBackend#find} found.
 *
 * @param records the live records that hold the values asked for; others among them do no harm
 * @param complete whether these are all that there are, so that a record which is not among them does not exist
 */
public record Findings(List<RemoteRecord> records, boolean complete) {

    /** Nothing was found, and that says nothing. */
    public static final Findings NONE_KNOWN = new Findings(List.of(), false);

    /**
     * Copies the list.
     *
     * @param records as above
     * @param complete as above
     */
    public Findings {
        records = List.copyOf(records);
    }
}
