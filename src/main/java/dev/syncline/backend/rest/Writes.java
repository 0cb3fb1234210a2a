package dev.syncline.backend.rest;

import dev.syncline.internal.http.HttpSettings;
import dev.syncline.internal.json.WrittenObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import okhttp3.MediaType;
import org.jspecify.annotations.Nullable;

/** How creates, updates and deletes travel, and what their answers are worth. Immutable; each method returns a changed copy. */
public final class Writes {

    private final UpdateForm update;
    private boolean createByPut;
    private boolean onlyIfNew;
    private JsonPlace envelope = JsonPlace.of("");
    private JsonPlace fields = JsonPlace.of("");
    private Map<String, String> constants = Map.of();
    private @Nullable String contentType;
    private @Nullable String overrideHeader;
    private boolean readBack;
    private boolean anyDeleteAnswer;

    private Writes(UpdateForm update) {
        this.update = update;
    }

    private Writes with(Consumer<Writes> change) {
        Writes copy = new Writes(update);
        copy.createByPut = createByPut;
        copy.onlyIfNew = onlyIfNew;
        copy.envelope = envelope;
        copy.fields = fields;
        copy.constants = constants;
        copy.contentType = contentType;
        copy.overrideHeader = overrideHeader;
        copy.readBack = readBack;
        copy.anyDeleteAnswer = anyDeleteAnswer;
        change.accept(copy);
        return copy;
    }

    /**
     * As in the documented protocol: a create is {@code POST} to the collection, an update {@code PATCH} with the changed fields, a delete
     * {@code DELETE}; bodies are the row itself, and answers hold the whole row.
     *
     * @return the default
     */
    public static Writes standard() {
        return by(UpdateForm.PATCH);
    }

    /**
     * Says how updates travel. Forms with the changed fields only send less, and leave fields alone that this device does not know.
     *
     * @param form default {@link UpdateForm#PATCH}
     * @return the rest as in {@link #standard()}
     */
    public static Writes by(UpdateForm form) {
        return new Writes(form);
    }

    /**
     * Creates with {@code PUT} at the row's own address, where the client chooses its id. It must not replace what is there: the request says
     * {@code If-None-Match: *}, which the server has to heed; where it does not, use {@code POST}.
     *
     * @return a changed copy
     */
    public Writes createdByPut() {
        return with(w -> {
            w.createByPut = true;
            w.onlyIfNew = true;
        });
    }

    /**
     * Says {@code If-None-Match: *} with each create under an id of the client's.
     *
     * @return a changed copy
     */
    public Writes onlyIfNew() {
        return with(w -> w.onlyIfNew = true);
    }

    /**
     * Sends the row within an object, {@code {"data": {…}}}. Default: the row is the body.
     *
     * @param place where the row is in the body
     * @return a changed copy
     */
    public Writes wrappedIn(String place) {
        JsonPlace there = JsonPlace.of(place);
        return with(w -> w.envelope = there);
    }

    /**
     * Sends the fields in an object of their own within the row, as JSON:API's {@code attributes}; the id stays beside it.
     *
     * @param place where the fields are in the row
     * @return a changed copy
     */
    public Writes fieldsIn(String place) {
        JsonPlace there = JsonPlace.of(place);
        return with(w -> w.fields = there);
    }

    /**
     * Adds a member to each row that is sent, beside its id.
     *
     * @param member its name, such as {@code type}
     * @param value its text, in which <code>{entity}</code> stands for the entity's name
     * @return a changed copy
     */
    public Writes with(String member, String value) {
        Map<String, String> more = new LinkedHashMap<>(constants);
        more.put(member, value);
        return with(w -> w.constants = more);
    }

    /**
     * Names the type of bodies. Default: {@code application/json}, and that of the {@link UpdateForm}.
     *
     * @param type such as {@code application/vnd.api+json}
     * @return a changed copy
     * @throws IllegalArgumentException if it is no type
     */
    public Writes contentType(String type) {
        if (MediaType.parse(type) == null) {
            throw new IllegalArgumentException("type " + type + " is none that a body can have");
        }
        return with(w -> w.contentType = type);
    }

    /**
     * Sends updates and deletes as {@code POST} with the method in a header, for networks that let nothing else through.
     *
     * @param header such as {@code X-HTTP-Method-Override}
     * @return a changed copy
     * @throws IllegalArgumentException if the header is reserved or none
     */
    public Writes methodIn(String header) {
        HttpSettings.headerName(header);
        return with(w -> w.overrideHeader = header);
    }

    /**
     * Reads each row after it was created or updated: for servers whose answers hold a part of the row, or other values than a read gives
     * (rounded times), or which say that they did what they did not. Costs a request for each.
     *
     * @return a changed copy
     */
    public Writes readBack() {
        return with(w -> w.readBack = true);
    }

    /**
     * Takes a delete for done whatever its success says: some servers answer with the row as it was, others with a count. Default: nothing, an
     * empty object, or the row under its id.
     *
     * @return a changed copy
     */
    public Writes anyDeleteAnswer() {
        return with(w -> w.anyDeleteAnswer = true);
    }

    UpdateForm update() {
        return update;
    }

    boolean isCreatedByPut() {
        return createByPut;
    }

    boolean isOnlyIfNew() {
        return onlyIfNew;
    }

    @Nullable
    String overrideHeader() {
        return overrideHeader;
    }

    boolean isAnyDeleteAnswer() {
        return anyDeleteAnswer;
    }

    boolean isReadBack() {
        return readBack;
    }

    String type(boolean ofUpdate) {
        return contentType != null ? contentType : ofUpdate ? update.type() : "application/json";
    }

    /** Whether an update names the row in its body as well, as JSON:API has it. */
    boolean namesRow() {
        return !fields.isRoot();
    }

    /** Whether a body is the fields alone, which a batch of the documented protocol presumes. */
    boolean isPlain() {
        return envelope.isRoot() && fields.isRoot() && constants.isEmpty();
    }

    /**
     * Makes a body.
     *
     * @param entity the entity
     * @param values the fields
     * @param own what stands beside them: id, version
     */
    Map<String, @Nullable Object> body(
            String entity, Map<String, @Nullable Object> values, Map<String, @Nullable Object> own) {
        if (isPlain() && own.isEmpty()) {
            return values;
        }
        if (isPlain() && values instanceof WrittenObject written) {
            return written.behind(own);
        }
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.putAll(own);
        constants.forEach((member, value) -> row.put(member, value.replace("{entity}", entity)));
        Map<String, @Nullable Object> inner = within(fields.names(), values);
        inner.forEach((name, value) -> {
            // A field of the same name must not rename the row.
            if (!row.containsKey(name)) {
                row.put(name, value);
            }
        });
        return within(envelope.names(), row);
    }

    private static Map<String, @Nullable Object> within(List<String> names, Map<String, @Nullable Object> value) {
        Map<String, @Nullable Object> outer = value;
        for (int i = names.size() - 1; i >= 0; i--) {
            Map<String, @Nullable Object> around = new LinkedHashMap<>();
            around.put(names.get(i), outer);
            outer = around;
        }
        return outer;
    }
}
