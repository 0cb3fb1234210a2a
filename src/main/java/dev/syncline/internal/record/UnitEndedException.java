package dev.syncline.internal.record;

import dev.syncline.internal.store.Unit.UnitLostException;

/** A constraint or trigger of the host's ended the whole transaction while one record was applied; nothing of the unit is stored. */
public final class UnitEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int table;
    private final String recordId;

    UnitEndedException(EndingRecord record, UnitLostException cause) {
        super("a record ended the transaction in which it was applied", cause);
        table = record.table();
        recordId = record.id();
    }

    /**
     * Names the record.
     *
     * @return its table and id
     */
    public EndingRecord record() {
        return new EndingRecord(table, recordId);
    }
}
