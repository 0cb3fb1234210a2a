package dev.syncline.backend.rest;

/** Settings that cannot be meant together. Each message names both. */
final class Contradictions {

    private Contradictions() {}

    /**
     * Looks for them.
     *
     * @throws IllegalArgumentException if there is one
     */
    static void refuse(RestBackendBuilder settings) {
        places(settings.rows, settings.versions);
        lists(settings.pagination, settings.delta);
        writes(settings.writes, settings.versions);
        if (settings.batches.path() != null && !speaksProtocol(settings.writes, settings.versions)) {
            throw new IllegalArgumentException(
                    "batch(…) speaks the documented protocol, but writes or versions do not; use noBatch()");
        }
    }

    private static void places(Rows rows, Versions versions) {
        if (rows.changedAt().contains(rows.id())
                || versions.places().contains(rows.id())
                || rows.id().equals(rows.deleted())) {
            throw new IllegalArgumentException(
                    "rows(…id(" + rows.id() + ")) is the place of version, time or deletion as well");
        }
        if (rows.deleted() != null && versions.places().contains(rows.deleted())) {
            throw new IllegalArgumentException(
                    "rows(…deletedBy(" + rows.deleted() + ")) is the place of the version as well");
        }
    }

    private static void lists(Pagination pagination, Delta delta) {
        if (delta.needsCursor() && pagination.succession() != PageSuccession.CURSOR) {
            throw new IllegalArgumentException(
                    "delta(cursor()) needs pagination(cursor()): pages of the other styles have no"
                            + " cursor that a later pull could begin at; use Delta.updatedSince(…) or Delta.none()");
        }
        if (delta.isLink() && pagination.succession() != PageSuccession.LINK) {
            throw new IllegalArgumentException(
                    "delta(link(…)) needs pagination(links()): what follows an address is an address");
        }
    }

    private static void writes(Writes writes, Versions versions) {
        if (writes.update() == UpdateForm.PUT && !versions.areCompared()) {
            throw new IllegalArgumentException(
                    "writes(by(PUT)) needs versions that are compared: a PUT without a precondition creates what was"
                            + " deleted; use PATCH, or PUT_EXISTING where the server answers 404");
        }
        if (writes.update() == UpdateForm.JSON_PATCH && !writes.isPlain()) {
            throw new IllegalArgumentException("writes(by(JSON_PATCH)) has no body that a row could be wrapped in");
        }
        if (versions.sent() == Versions.Sent.MEMBER && writes.update() == UpdateForm.JSON_PATCH) {
            throw new IllegalArgumentException(
                    "versions(…inMember) needs a body with members, which a JSON Patch is not");
        }
    }

    /** Whether a change can stand in a batch as the documented protocol has it. */
    private static boolean speaksProtocol(Writes writes, Versions versions) {
        boolean compared = versions.sent() == Versions.Sent.QUOTED || !versions.areCompared();
        return writes.isPlain() && !writes.isReadBack() && compared && versions.areComparedByDeletes();
    }
}
