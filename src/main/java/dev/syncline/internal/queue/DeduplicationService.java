package dev.syncline.internal.queue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.VersionKind;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.record.RemoteChange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells what is there twice: a record of the backend's whose version is known already, and rows that were made twice here, as by a
 * second tap on a button. Says so and removes nothing, since only the host knows whether two alike rows are one thing. Pure.
 */
public final class DeduplicationService {
    /** Rows of the same content that were made further apart than this are taken for two things. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    private DeduplicationService() {}

    /**
     * An unsent change, as far as duplicates are told by it.
     *
     * @param entity the entity's name at the backend
     * @param rowId the row's local id as text
     * @param kind what is done
     * @param payload the fields as JSON text, without the row's own id; null for none
     * @param at when it was recorded
     * @param maybeSent whether the backend may have it already; then it is no duplicate of anything, whatever it holds
     */
    public record Candidate(
            String entity,
            String rowId,
            ChangeKind kind,
            @Nullable String payload,
            Instant at,
            boolean maybeSent) {}

    /**
     * Rows that say the same.
     *
     * @param first the one that was recorded first
     * @param others the others, in order of recording; never empty
     */
    public record Duplicates(Candidate first, List<Candidate> others) {}

    /**
     * Tells whether two unsent changes are the same thing done twice.
     *
     * @param a one
     * @param b the other
     * @return whether entity, kind and content are the same, and no more than {@link #WINDOW} lies between them
     */
    public static boolean isDuplicate(Candidate a, Candidate b) {
        return !a.maybeSent()
                && !b.maybeSent()
                && a.entity().equals(b.entity())
                && a.kind() == b.kind()
                && Duration.between(a.at(), b.at()).abs().compareTo(WINDOW) <= 0
                && contentHash(a.payload()).equals(contentHash(b.payload()));
    }

    /**
     * Finds rows that were made twice among unsent creates.
     *
     * @param candidates unsent changes, in any order; others than creates are passed over
     * @return one entry for each thing that is there more than once, in order of recording
     */
    public static List<Duplicates> findDuplicateCreates(List<Candidate> candidates) {
        Map<String, List<Candidate>> alike = new LinkedHashMap<>();
        candidates.stream()
                .filter(candidate -> candidate.kind() == ChangeKind.CREATE && !candidate.maybeSent())
                .sorted(Comparator.comparing(Candidate::at))
                .forEach(candidate -> alike.computeIfAbsent(
                                candidate.entity() + '\n' + contentHash(candidate.payload()), any -> new ArrayList<>())
                        .add(candidate));
        List<Duplicates> found = new ArrayList<>();
        alike.values().forEach(same -> split(same, found));
        found.sort(Comparator.comparing(duplicates -> duplicates.first().at()));
        return found;
    }

    /** A thing goes on for as long as each row follows its first one within the window. */
    private static void split(List<Candidate> same, List<Duplicates> found) {
        int from = 0;
        while (from < same.size()) {
            Candidate first = same.get(from);
            int to = from + 1;
            while (to < same.size() && isDuplicate(first, same.get(to))) {
                to++;
            }
            if (to - from > 1) {
                found.add(new Duplicates(first, List.copyOf(same.subList(from + 1, to))));
            }
            from = to;
        }
    }

    /**
     * Tells whether a record says nothing new.
     *
     * @param kind how versions of this backend compare
     * @param known the version known here; null if none is
     * @param told the record's version; null if the backend told none
     * @return whether that version, or a later one, has been applied
     */
    public static boolean isAlreadyApplied(VersionKind kind, @Nullable String known, @Nullable String told) {
        RemoteChange change = RemoteChange.of(kind, known, told, false);
        return change == RemoteChange.SAME || change == RemoteChange.STALE;
    }

    /**
     * Names a content, whatever the order of its members, nested ones too, and whatever the form of its numbers.
     *
     * @param payload JSON text; null for none
     * @return SHA-256 in hexadecimal digits
     */
    public static String contentHash(@Nullable String payload) {
        String canonical = payload == null ? "" : Json.canonical(Json.parse(payload));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every Java must have", e);
        }
    }
}
