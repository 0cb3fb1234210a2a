package dev.syncline.config;

/** Who gives a new record its id. */
public enum IdAssignment {
    /** The device: the local key is the remote id. Default for text, blob and composite keys. */
    CLIENT,
    /**
     * The backend: a create is answered with the remote id, which a mapping table ties to the unchanged local key. Default
     * for a lone integer key, because two offline devices would both take the next number.
     */
    SERVER
}
