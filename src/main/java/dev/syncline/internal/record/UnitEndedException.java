package dev.syncline.internal.record;

import dev.syncline.internal.store.Unit.UnitLostException;

/** A constraint or trigger of the host's ended the whole transaction while one record was applied; nothing of the unit is stored. */
public final class UnitEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String recordId;

    UnitEndedException(String recordId, UnitLostException cause) {
        super("a record ended the transaction in which it was applied", cause);
        this.recordId = recordId;
    }

    /**
     * Names the record.
     *
     * @return its remote id
     */
    public String recordId() {
        return recordId;
    }
}
