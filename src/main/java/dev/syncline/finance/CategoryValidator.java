package dev.syncline.finance;

import dev.syncline.config.OutgoingRow;
import dev.syncline.config.RecordValidator;
import dev.syncline.exception.FieldFault;
import java.util.List;

/** The rules of a category: a name of 1 to 255 characters that no other has, notes of at most 65 535. Thread-safe. */
public record CategoryValidator() implements RecordValidator {
    private static final int NOTES = 65_535;

    @Override
    public List<FieldFault> faults(OutgoingRow row) {
        Faults faults = new Faults(row);
        faults.uniqueName();
        faults.length("notes", 0, NOTES);
        return faults.all();
    }
}
