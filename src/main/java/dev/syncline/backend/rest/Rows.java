package dev.syncline.backend.rest;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a row looks in the server's answers: where its id, its time of change and its mark of deletion are, and where its fields lie.
 * Immutable; each method returns a changed copy. A place is written {@code meta.id} or, where a name has a dot, {@code /@odata.id}.
 */
public final class Rows {

    private JsonPlace id = JsonPlace.of("id");
    private @Nullable Pattern idPattern;
    private boolean numericIds;
    private JsonPlace element = JsonPlace.of("");
    private JsonPlace answer = JsonPlace.of("");
    private JsonPlace fields = JsonPlace.of("");
    private List<JsonPlace> changedAt = List.of(JsonPlace.of("updated_at"));
    private TimeFormat times = TimeFormat.iso();
    private @Nullable JsonPlace deleted = JsonPlace.of("deleted");
    private Set<String> deletedValues = Set.of("true");
    private Set<String> kept = Set.of();
    private Set<String> without = Set.of();

    private Rows() {}

    /**
     * Rows of the documented protocol: {@code id}, {@code updated_at} in ISO-8601, {@code deleted} true or false.
     *
     * @return the default
     */
    public static Rows standard() {
        return new Rows();
    }

    private Rows with(Consumer<Rows> change) {
        Rows copy = new Rows();
        copy.id = id;
        copy.idPattern = idPattern;
        copy.numericIds = numericIds;
        copy.element = element;
        copy.answer = answer;
        copy.fields = fields;
        copy.changedAt = changedAt;
        copy.times = times;
        copy.deleted = deleted;
        copy.deletedValues = deletedValues;
        copy.kept = kept;
        copy.without = without;
        change.accept(copy);
        return copy;
    }

    /**
     * Says where the id is: text or a whole number.
     *
     * @param place default {@code id}
     * @return a changed copy
     * @throws IllegalArgumentException if the place is empty
     */
    public Rows id(String place) {
        JsonPlace there = member(place);
        return with(rows -> rows.id = there);
    }

    /**
     * Says that the id is part of a text, such as the row's own address.
     *
     * @param place where the text is, such as {@code _links.self.href}
     * @param pattern finds the id as its first group, such as {@code ([^/]+)$}
     * @return a changed copy
     * @throws IllegalArgumentException if the place is empty or the pattern has no group
     */
    public Rows idWithin(String place, Pattern pattern) {
        JsonPlace there = member(place);
        if (pattern.matcher("").groupCount() < 1) {
            throw new IllegalArgumentException("the pattern " + pattern + " has no group that could be the id");
        }
        return with(rows -> {
            rows.id = there;
            rows.idPattern = pattern;
        });
    }

    /**
     * Sends ids that are whole numbers as numbers in bodies. Default: as text.
     *
     * @return a changed copy
     */
    public Rows numericIds() {
        return with(rows -> rows.numericIds = true);
    }

    /**
     * Says that a list holds its rows each within an object, as FHIR's {@code entry[].resource}.
     *
     * @param place of the row in the list's element; default the element itself
     * @return a changed copy
     */
    public Rows listedIn(String place) {
        JsonPlace there = JsonPlace.of(place);
        return with(rows -> rows.element = there);
    }

    /**
     * Says where the row is in an answer that is about one row. Where there is an array in its place, its only element is the row.
     *
     * @param place such as {@code data}; default the answer itself
     * @return a changed copy
     */
    public Rows answeredIn(String place) {
        JsonPlace there = JsonPlace.of(place);
        return with(rows -> rows.answer = there);
    }

    /**
     * Says that the fields lie in an object of their own within the row, as JSON:API's {@code attributes}. The other places are still counted
     * from the row.
     *
     * @param place such as {@code attributes}; default the row itself
     * @return a changed copy
     */
    public Rows fieldsIn(String place) {
        JsonPlace there = JsonPlace.of(place);
        return with(rows -> rows.fields = there);
    }

    /**
     * Says where the time of the last change is.
     *
     * @param places of several the latest counts, such as {@code date_updated} and {@code date_created}; default {@code updated_at}
     * @return a changed copy
     * @throws IllegalArgumentException if a place is empty
     */
    public Rows changedAt(String... places) {
        List<JsonPlace> there = List.of(places).stream().map(Rows::member).toList();
        return with(rows -> rows.changedAt = there);
    }

    /**
     * Says that rows tell no time of change.
     *
     * @return a changed copy
     */
    public Rows timeless() {
        return with(rows -> rows.changedAt = List.of());
    }

    /**
     * Says how times are written.
     *
     * @param format default {@link TimeFormat#iso()}
     * @return a changed copy
     */
    public Rows times(TimeFormat format) {
        return with(rows -> rows.times = format);
    }

    /**
     * Says which member marks a deleted row with {@code true}.
     *
     * @param place default {@code deleted}
     * @return a changed copy
     * @throws IllegalArgumentException if the place is empty
     */
    public Rows deletedBy(String place) {
        return deletedBy(place, "true");
    }

    /**
     * Says which member marks a deleted row, and by which values.
     *
     * @param place such as {@code status} or {@code request.method}
     * @param values such as {@code trash} or {@code DELETE}; of numbers and truth values their text
     * @return a changed copy
     * @throws IllegalArgumentException if the place is empty or there are no values
     */
    public Rows deletedBy(String place, String... values) {
        JsonPlace there = member(place);
        if (values.length == 0) {
            throw new IllegalArgumentException("no value of " + place + " would mark a deleted row");
        }
        return with(rows -> {
            rows.deleted = there;
            rows.deletedValues = Set.of(values);
        });
    }

    /**
     * Says that no row is marked as deleted.
     *
     * @return a changed copy
     */
    public Rows neverMarkedDeleted() {
        return with(rows -> rows.deleted = null);
    }

    /**
     * Leaves a member that is looked at for id, version, deletion or time among the record's fields as well, for a host whose table has a column
     * for it. Default: none of them is a field.
     *
     * @param member its name in the row
     * @return a changed copy
     */
    public Rows keeping(String member) {
        Set<String> more = new LinkedHashSet<>(kept);
        more.add(member);
        return with(rows -> rows.kept = Set.copyOf(more));
    }

    /**
     * Leaves members out that are the server's own, such as {@code _links}: they are no fields, and no part of a version by content.
     *
     * @param members their names among the fields
     * @return a changed copy
     */
    public Rows without(String... members) {
        Set<String> more = new LinkedHashSet<>(without);
        more.addAll(List.of(members));
        return with(rows -> rows.without = Set.copyOf(more));
    }

    private static JsonPlace member(String place) {
        JsonPlace member = JsonPlace.of(place);
        if (member.isRoot()) {
            throw new IllegalArgumentException("the place of a row's part is empty");
        }
        return member;
    }

    JsonPlace id() {
        return id;
    }

    @Nullable
    Pattern idPattern() {
        return idPattern;
    }

    boolean hasNumericIds() {
        return numericIds;
    }

    JsonPlace element() {
        return element;
    }

    JsonPlace answer() {
        return answer;
    }

    JsonPlace fields() {
        return fields;
    }

    List<JsonPlace> changedAt() {
        return changedAt;
    }

    TimeFormat times() {
        return times;
    }

    @Nullable
    JsonPlace deleted() {
        return deleted;
    }

    Set<String> deletedValues() {
        return deletedValues;
    }

    Set<String> kept() {
        return kept;
    }

    Set<String> without() {
        return without;
    }
}
