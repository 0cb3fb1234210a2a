package dev.syncline.config;

/** What is looked for contradictions at the end of each run. */
public enum EndCheck {
    /** Nothing. The default: {@code SyncManager.consistency()} looks when it is asked to. */
    NONE,

    /** The file, as {@code consistency().detect()} does, after each run that found or did anything. It reads every synced table. */
    FILE,

    /**
     * The file, and after it the state against the backend, as {@code consistency().compare()} does, after every run. It costs one
     * request for each table.
     */
    FILE_AND_BACKEND
}
