package dev.syncline.finance;

import dev.syncline.config.OutgoingRow;
import dev.syncline.config.RecordValidator;
import dev.syncline.exception.FieldFault;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;

/**
 * The rules of a bill: a name of 1 to 255 characters, a least amount from zero up, a greatest that is not below it, a date, a frequency, and a
 * number of periods to skip from zero up. Thread-safe.
 */
public record BillValidator() implements RecordValidator {
    private static final Set<String> FREQUENCIES =
            Set.of("daily", "weekly", "monthly", "quarterly", "half-year", "yearly");

    @Override
    public List<FieldFault> faults(OutgoingRow row) {
        Faults faults = new Faults(row);
        faults.length("name", 1, 255);
        faults.atLeast("amount_min", BigDecimal.ZERO);
        BigDecimal least = faults.number("amount_min");
        faults.atLeast("amount_max", least == null ? BigDecimal.ZERO : least);
        faults.currency("currency_code");
        faults.date("date");
        faults.optionalDate("end_date");
        faults.oneOf("repeat_freq", FREQUENCIES);
        faults.atLeast("skip", BigDecimal.ZERO);
        return faults.all();
    }
}
