package dev.syncline.backend.couchdb;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.FieldFault;
import dev.syncline.internal.http.MalformedAnswer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Documents as records and back. Members that begin with an underscore are the server's; of them only {@code _attachments} is kept
 * among the fields, so that an update brings the stubs back, without which it would remove the attachments.
 *
 * @param changedAt the member that tells when the document was changed; null if none does
 */
record CouchDocument(@Nullable String changedAt) {

    static final String ATTACHMENTS = "_attachments";
    /** In a document the revisions beside it; in the fields of a change those that it settles. */
    static final String CONFLICTS = "_conflicts";

    private static final Pattern REVISION = Pattern.compile("[0-9]{1,18}-[0-9A-Za-z]{1,180}");
    private static final int LONGEST_ID = 1_000;

    /**
     * Makes a record of a document.
     *
     * @throws MalformedAnswer if it is none
     */
    RemoteRecord record(String id, @Nullable Object document) {
        if (!(document instanceof Map<?, ?> members)) {
            throw new MalformedAnswer("a change tells no document");
        }
        if (!id.equals(members.get("_id"))) {
            throw new MalformedAnswer("a document has another _id than it is listed under");
        }
        String revision = revision(members.get("_rev"));
        if (Boolean.TRUE.equals(members.get("_deleted"))) {
            return RemoteRecord.tombstone(id, revision);
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (Map.Entry<?, ?> member : members.entrySet()) {
            String name = (String) member.getKey();
            if (!name.startsWith("_") || name.equals(ATTACHMENTS)) {
                fields.put(name, member.getValue());
            }
        }
        return new RemoteRecord(id, revision, false, fields, time(members));
    }

    /** Reads a revision. */
    static String revision(@Nullable Object value) {
        if (value instanceof String text && isRevision(text)) {
            return text;
        }
        throw new MalformedAnswer("a _rev is missing, or no number with a digest behind it");
    }

    /** Whether the text is one that a server of this family could have given. */
    static boolean isRevision(String text) {
        return REVISION.matcher(text).matches();
    }

    /** The revisions in a member, without what is none. */
    static List<String> revisions(@Nullable Object member) {
        List<String> revisions = new ArrayList<>();
        if (member instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof String text && isRevision(text)) {
                    revisions.add(text);
                }
            }
        }
        return revisions;
    }

    /** Reads an id. */
    static String id(@Nullable Object value) {
        if (value instanceof String text && !text.isEmpty() && text.length() <= LONGEST_ID) {
            return text;
        }
        throw new MalformedAnswer("an id is missing, empty or longer than " + LONGEST_ID + " characters");
    }

    private @Nullable Instant time(Map<?, ?> members) {
        if (changedAt == null || !(members.get(changedAt) instanceof String text)) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException notOne) {
            // Used for last-write-wins only, where an unknown time has its own rule.
            return null;
        }
    }

    /**
     * Makes the document that a change sends.
     *
     * @param id the document's id
     * @param revision the revision that it follows; null for a new one
     */
    static Map<String, @Nullable Object> of(OutgoingChange change, String id, @Nullable String revision) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("_id", id);
        if (revision != null) {
            document.put("_rev", revision);
        }
        if (change.kind() == ChangeKind.DELETE) {
            document.put("_deleted", true);
        } else {
            document.putAll(change.fields());
            document.remove(CONFLICTS);
        }
        return document;
    }

    /** What the server would not keep as it is; it fails the whole request for some of it, and changes the rest in silence. */
    static List<FieldFault> faults(OutgoingChange change) {
        List<FieldFault> faults = new ArrayList<>();
        String id = change.id();
        if (id != null && (id.isEmpty() || id.startsWith("_") || id.length() > LONGEST_ID)) {
            faults.add(new FieldFault(
                    "_id", "id", "Use an id of 1 to " + LONGEST_ID + " characters that does not begin with '_'"));
        }
        for (Map.Entry<String, @Nullable Object> field : change.fields().entrySet()) {
            if (isReserved(field.getKey(), field.getValue())) {
                faults.add(new FieldFault(
                        field.getKey(), "reserved", "Map the column to a field that does not begin with '_'"));
            } else if (!survives(field.getValue())) {
                faults.add(new FieldFault(
                        field.getKey(),
                        "exact number",
                        "Keep the column as text: the server holds numbers as doubles and would change this one"));
            }
        }
        return faults;
    }

    private static boolean isReserved(String name, @Nullable Object value) {
        return switch (name) {
            case ATTACHMENTS -> false;
            case CONFLICTS -> revisions(value).isEmpty();
            default -> name.startsWith("_");
        };
    }

    private static boolean survives(@Nullable Object value) {
        if (value instanceof List<?> items) {
            return items.stream().allMatch(CouchDocument::survives);
        }
        if (value instanceof Map<?, ?> members) {
            return members.values().stream().allMatch(CouchDocument::survives);
        }
        BigDecimal number = value instanceof Long whole
                ? BigDecimal.valueOf(whole)
                : value instanceof BigInteger large
                        ? new BigDecimal(large)
                        : value instanceof BigDecimal decimal ? decimal : null;
        if (number == null) {
            return true;
        }
        double kept = number.doubleValue();
        return Double.isFinite(kept) && new BigDecimal(Double.toString(kept)).compareTo(number) == 0;
    }
}
