package dev.syncline.testing.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.testing.server.Answer.FieldError;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import dev.syncline.testing.server.EntityRules.Reference;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a write does and how it is answered: keys first, then the version, then the entity's rules. */
final class Writes {

    private final ServerOptions options;
    private final ServerClock clock;
    private final Function<String, EntityRules> rules;
    private final Map<String, EntityRules> declared;
    private long sinceCleanup;

    Writes(ServerOptions options, ServerClock clock) {
        this.options = options;
        this.clock = clock;
        declared = options.entities;
        EntityRules none = new EntityRules();
        rules = entity -> declared.getOrDefault(entity, none);
    }

    /** Serves one operation inside the caller's transaction. */
    Answer serve(Operation operation, Writer writer) throws SQLException {
        String key = options.idempotencyKeys ? operation.key() : null;
        if (key == null) {
            return apply(operation, writer);
        }
        byte[] print = operation.print();
        long oldest = clock.millis() - options.keyRetention.toMillis();
        Writer.Remembered first = writer.answered(key, oldest);
        if (first != null) {
            return Arrays.equals(first.print(), print)
                    ? first.answer()
                    : Answer.problem(422, "key-reused", "This key was used for another operation", null);
        }
        Answer answer = apply(operation, writer);
        // A refusal changed nothing, so the next try under the key may be judged anew.
        if (answer.hadEffect()) {
            writer.remember(key, print, answer, clock.millis());
            if (++sinceCleanup % 1000 == 0) {
                writer.forgetAnsweredBefore(oldest);
            }
        }
        return answer;
    }

    private Answer apply(Operation operation, Writer writer) throws SQLException {
        EntityRules entity = rules.apply(operation.entity());
        if (operation.kind() == Operation.Kind.CREATE) {
            return create(operation, entity, writer);
        }
        String id = operation.id();
        Row old = id == null ? null : writer.row(operation.entity(), id);
        if (old == null) {
            return Answer.problem(404, "unknown-row", "There is no such row", null);
        }
        if (old.deleted()) {
            return Answer.row(410, old);
        }
        Answer refusal = precondition(operation.ifMatch(), old);
        if (refusal != null) {
            return refusal;
        }
        return operation.kind() == Operation.Kind.DELETE
                ? delete(old, operation.key(), writer)
                : update(operation, entity, old, writer);
    }

    private @Nullable Answer precondition(@Nullable String ifMatch, Row old) {
        if (!options.conditionalWrites || "*".equals(ifMatch)) {
            return null;
        }
        if (ifMatch == null) {
            return options.requireIfMatch
                    ? Answer.problem(
                            428, "precondition-required", "If-Match is required", "Send the version you changed")
                    : null;
        }
        return ifMatch.equals(Long.toString(old.version())) ? null : Answer.row(412, old);
    }

    private Answer create(Operation operation, EntityRules entity, Writer writer) throws SQLException {
        String id = operation.id();
        if (entity.assignsIds()) {
            if (id != null) {
                return invalid(List.of(new FieldError("id", "server-assigned", "Leave the id out")));
            }
            id = Long.toString(writer.nextId(operation.entity()));
        } else if (id == null || id.isEmpty()) {
            return invalid(List.of(new FieldError("id", "required", "Choose an id")));
        }
        Row old = writer.row(operation.entity(), id);
        if (old != null && !old.deleted()) {
            return Answer.row(409, old);
        }
        List<FieldError> errors = broken(operation, entity, id, operation.fields(), writer);
        if (!errors.isEmpty()) {
            return invalid(errors);
        }
        long version = old == null ? 1 : old.version() + 1;
        Row row = live(operation, id, version, operation.fields(), writer);
        writer.save(old, row, operation.key());
        return Answer.created(row, "/v1/" + Router.segment(row.entity()) + "/" + Router.segment(id));
    }

    private Answer update(Operation operation, EntityRules entity, Row old, Writer writer) throws SQLException {
        ObjectNode fields = operation.kind() == Operation.Kind.REPLACE
                ? operation.fields()
                : old.fields().setAll(operation.fields());
        List<FieldError> errors = broken(operation, entity, old.id(), fields, writer);
        if (!errors.isEmpty()) {
            return invalid(errors);
        }
        Row row = live(operation, old.id(), old.version() + 1, fields, writer);
        writer.save(old, row, operation.key());
        return Answer.row(200, row);
    }

    private Answer delete(Row old, @Nullable String key, Writer writer) throws SQLException {
        List<Row> children = new ArrayList<>();
        for (Map.Entry<String, EntityRules> child : declared.entrySet()) {
            for (Map.Entry<String, Reference> reference :
                    child.getValue().references().entrySet()) {
                if (!reference.getValue().parent().equals(old.entity())
                        || reference.getValue().onDelete() == ParentDelete.ALLOW) {
                    continue;
                }
                // A row that refers to itself goes with itself.
                String itself = child.getKey().equals(old.entity()) ? old.id() : "";
                for (String id : writer.holders(child.getKey(), reference.getKey(), idValue(old), itself)) {
                    if (reference.getValue().onDelete() == ParentDelete.REFUSE) {
                        return Answer.problem(
                                409,
                                "still-referenced",
                                "Other rows refer to this one",
                                null,
                                List.of(new FieldError(reference.getKey(), "referenced", "Delete those rows first")),
                                Map.of());
                    }
                    Row row = writer.row(child.getKey(), id);
                    if (row != null && !row.deleted()) {
                        children.add(row);
                    }
                }
            }
        }
        for (Row child : children) {
            delete(child, null, writer);
        }
        Row row = Row.tombstone(
                old.entity(),
                old.id(),
                idJson(old.entity(), old.id()),
                writer.nextSeq(),
                old.version() + 1,
                clock.stamp());
        writer.save(old, row, key);
        return Answer.row(200, row);
    }

    private Row live(Operation operation, String id, long version, ObjectNode fields, Writer writer)
            throws SQLException {
        String entity = operation.entity();
        return Row.live(
                entity, id, idJson(entity, id), writer.nextSeq(), version, clock.stamp(), ServerJson.text(fields));
    }

    private List<FieldError> broken(
            Operation operation, EntityRules entity, String id, ObjectNode fields, Writer writer) throws SQLException {
        List<FieldError> errors = new ArrayList<>();
        for (String field : entity.required()) {
            if (!fields.hasNonNull(field)) {
                errors.add(new FieldError(field, "required", "Give a value"));
            }
        }
        for (String field : entity.unique()) {
            JsonNode value = fields.get(field);
            if (value != null
                    && !value.isNull()
                    && !writer.holders(operation.entity(), field, value(value), id)
                            .isEmpty()) {
                errors.add(new FieldError(field, "unique", "Choose a value that no other row has"));
            }
        }
        for (Map.Entry<String, Reference> reference : entity.references().entrySet()) {
            JsonNode value = fields.get(reference.getKey());
            boolean itself = value != null
                    && reference.getValue().parent().equals(operation.entity())
                    && value.asText().equals(id);
            if (value != null && !value.isNull() && !itself) {
                Row parent = writer.row(reference.getValue().parent(), value.asText());
                if (parent == null || parent.deleted()) {
                    errors.add(new FieldError(reference.getKey(), "reference", "Send the row it names first"));
                }
            }
        }
        return errors;
    }

    private static Answer invalid(List<FieldError> errors) {
        return Answer.problem(422, "invalid", "The row breaks a rule", null, errors, Map.of());
    }

    private static Object value(JsonNode node) {
        return node.isIntegralNumber() ? (Object) node.longValue() : node.asText();
    }

    private Object idValue(Row row) {
        return rules.apply(row.entity()).assignsIds() ? (Object) Long.valueOf(row.id()) : row.id();
    }

    private String idJson(String entity, String id) {
        return rules.apply(entity).assignsIds() ? id : ServerJson.quoted(id);
    }
}
