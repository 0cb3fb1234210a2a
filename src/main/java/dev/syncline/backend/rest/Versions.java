package dev.syncline.backend.rest;

import dev.syncline.backend.VersionKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the version of a row is told, and how a write says which version it was made on. Immutable; each method returns a changed copy.
 *
 * <p>A server that compares nothing is declared with {@link #unchecked()}: each write is then preceded by a read, and a change that falls
 * between the two is overwritten.
 */
public final class Versions {

    enum Source {
        MEMBER,
        ETAG,
        CONTENT
    }

    enum Sent {
        QUOTED,
        WEAK,
        BARE,
        PARAMETER,
        MEMBER,
        NOWHERE
    }

    private final Source source;
    private final VersionKind kind;
    private final List<JsonPlace> places;
    private final Sent sent;
    private final String name;
    private final boolean deletesChecked;

    private Versions(
            Source source, VersionKind kind, List<JsonPlace> places, Sent sent, String name, boolean deletesChecked) {
        this.source = source;
        this.kind = kind;
        this.places = places;
        this.sent = sent;
        this.name = name;
        this.deletesChecked = deletesChecked;
    }

    /**
     * A member with a whole number that grows with each change, so that an older page is recognised. A row without it has the version of
     * the answer's strong ETag.
     *
     * @param place the member, {@code version} in the documented protocol
     * @return these versions, sent in {@code If-Match}
     * @throws IllegalArgumentException if the place is empty
     */
    public static Versions numbered(String place) {
        return new Versions(Source.MEMBER, VersionKind.ORDERED, List.of(member(place)), Sent.QUOTED, "", true);
    }

    /**
     * A member with a text or number of which only equality says something: a revision, a hash, the time of the last change. A row
     * without it has the version of the answer's strong ETag.
     *
     * @param places the member; of several the first that is not null
     * @return these versions, sent in {@code If-Match}
     * @throws IllegalArgumentException if there is none or one is empty
     */
    public static Versions revision(String... places) {
        if (places.length == 0) {
            throw new IllegalArgumentException("a revision needs a member to be read from");
        }
        List<JsonPlace> read = List.of(places).stream().map(Versions::member).toList();
        return new Versions(Source.MEMBER, VersionKind.OPAQUE, read, Sent.QUOTED, "", true);
    }

    /**
     * The ETag of a row's own answer, strong, weak or without its quotes. Lists tell no versions then, so that the first change of a row
     * that only lists told of costs a read.
     *
     * @return these versions, sent in {@code If-Match}
     */
    public static Versions etag() {
        return new Versions(Source.ETAG, VersionKind.OPAQUE, List.of(), Sent.QUOTED, "", true);
    }

    /**
     * None is told: a digest of the row's content stands for it. A row that changed to and fro has not changed. What differs between two
     * answers without a change must be left out, see {@link Rows#without}.
     *
     * @return these versions, not sent
     */
    public static Versions ofContent() {
        return new Versions(Source.CONTENT, VersionKind.OPAQUE, List.of(), Sent.NOWHERE, "", true);
    }

    /**
     * Sends the version as a weak ETag, {@code If-Match: W/"7"}.
     *
     * @return a changed copy
     * @throws IllegalStateException if the version is a digest of ours
     */
    public Versions weak() {
        return sent(Sent.WEAK, "");
    }

    /**
     * Sends the version without quotes, {@code If-Match: 7}.
     *
     * @return a changed copy
     * @throws IllegalStateException if the version is a digest of ours
     */
    public Versions unquoted() {
        return sent(Sent.BARE, "");
    }

    /**
     * Sends the version in a query parameter, as CouchDB's {@code rev}.
     *
     * @param parameter the parameter
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty
     * @throws IllegalStateException if the version is a digest of ours
     */
    public Versions inParameter(String parameter) {
        return sent(Sent.PARAMETER, parameter);
    }

    /**
     * Sends the version in a member of the body, beside the fields; a delete has no body, so it is preceded by a read.
     *
     * @param member the member
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty
     * @throws IllegalStateException if the version is a digest of ours
     */
    public Versions inMember(String member) {
        return sent(Sent.MEMBER, member).uncheckedDeletes();
    }

    /**
     * Says that the server compares no versions.
     *
     * @return a changed copy
     */
    public Versions unchecked() {
        return new Versions(source, kind, places, Sent.NOWHERE, "", true);
    }

    /**
     * Says that the server compares the version of an update, but not that of a delete: that is preceded by a read.
     *
     * @return a changed copy
     */
    public Versions uncheckedDeletes() {
        return new Versions(source, kind, places, sent, name, false);
    }

    private Versions sent(Sent way, String where) {
        if (source == Source.CONTENT) {
            throw new IllegalStateException(
                    "a digest of the content means nothing to the server, so it cannot be sent");
        }
        if (where.isEmpty() && (way == Sent.PARAMETER || way == Sent.MEMBER)) {
            throw new IllegalArgumentException("the place of the version in a request has no name");
        }
        return new Versions(source, kind, places, way, where, deletesChecked);
    }

    private static JsonPlace member(String place) {
        JsonPlace member = JsonPlace.of(place);
        if (member.isRoot()) {
            throw new IllegalArgumentException("the place of the version is empty");
        }
        return member;
    }

    boolean areCompared() {
        return sent != Sent.NOWHERE;
    }

    boolean areComparedByDeletes() {
        return deletesChecked;
    }

    VersionKind kind() {
        return kind;
    }

    Source source() {
        return source;
    }

    List<JsonPlace> places() {
        return places;
    }

    Sent sent() {
        return sent;
    }

    /** The name of the parameter or member. */
    String name() {
        return name;
    }

    /** The version that an ETag stands for; null if none does. */
    @Nullable
    String of(@Nullable String etag) {
        if (etag == null || source == Source.CONTENT) {
            return null;
        }
        boolean lenient = source == Source.ETAG || sent == Sent.WEAK || sent == Sent.BARE;
        String text = lenient && etag.startsWith("W/") ? etag.substring(2) : etag;
        boolean quoted = text.length() >= 3 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : lenient ? text : null;
    }

    /** The value of the {@code If-Match} header. */
    String inHeader(String version) {
        return switch (sent) {
            case WEAK -> "W/\"" + version + '"';
            case BARE -> version;
            default -> '"' + version + '"';
        };
    }
}
