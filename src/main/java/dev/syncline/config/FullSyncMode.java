package dev.syncline.config;

/** How the result of reading tables from end to end comes to be seen. */
public enum FullSyncMode {
    /** Page by page, as it arrives. The default: nothing is kept twice, and no write of the host's waits for long. */
    PROGRESSIVE,

    /**
     * All at once, when the last page of the last table is there: whoever reads sees either the old rows or the new ones, and a reading
     * that fails leaves the old ones as they are. What was read lies in the file until then, and the host's writes wait while it is taken
     * over, in one transaction.
     */
    STAGED
}
