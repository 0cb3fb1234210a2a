package dev.syncline.backend;

/** What a backend says without being asked: never data, only that asking is worth while. See {@link RemoteBackend#hints()}. */
public enum ChangeHint {

    /** The stream is open: from here on no change goes by unsaid. What changed before it was open is nobody's word yet. */
    LISTENING,

    /** Something changed at the backend. */
    CHANGED
}
