package dev.syncline.conflict;

/** What the two sides did to one record since they were last equal. */
public enum ConflictType {
    /**
     * Both changed the same field to different values. Example: the amount of a payment was 10.00; here it became 12.50, at
     * the backend 11.00.
     */
    UPDATE_UPDATE,

    /** Changed here, deleted at the backend. Example: a note was added to a payment that a colleague had removed. */
    UPDATE_DELETE,

    /** Deleted here, changed at the backend. Example: a payment was removed while a colleague corrected its date. */
    DELETE_UPDATE,

    /**
     * Created here, but the backend has a record of the same id or natural key. Example: both sides added the category
     * "Travel".
     */
    CREATE_EXISTS
}
