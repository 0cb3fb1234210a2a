package dev.syncline.backend.rest;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Statuses that a server may use for something of its own: a cursor that it does not know, a page behind the last. */
final class ClientErrors {

    private static final Set<Integer> OTHERWISE_MEANT = Set.of(401, 408, 429);

    private ClientErrors() {}

    /**
     * Checks statuses.
     *
     * @param meaning what they are to mean, for the message
     * @throws IllegalArgumentException if one of them says that the credentials are refused or the server is busy
     */
    static Set<Integer> of(String meaning, int... statuses) {
        Set<Integer> all = IntStream.of(statuses).boxed().collect(Collectors.toUnmodifiableSet());
        if (all.stream().anyMatch(s -> s < 400 || s > 499 || OTHERWISE_MEANT.contains(s))) {
            throw new IllegalArgumentException("statuses " + all + " are not all ones that can only mean " + meaning);
        }
        return all;
    }
}
