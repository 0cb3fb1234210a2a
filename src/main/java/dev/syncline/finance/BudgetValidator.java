package dev.syncline.finance;

import dev.syncline.config.OutgoingRow;
import dev.syncline.config.RecordValidator;
import dev.syncline.exception.FieldFault;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The rules of a budget: a name of 1 to 255 characters; an amount, if there is one, from zero up and with its period; an end that is not before
 * the start. Thread-safe.
 */
public record BudgetValidator() implements RecordValidator {
    private static final Set<String> PERIODS = Set.of("daily", "weekly", "monthly", "quarterly", "yearly");

    @Override
    public List<FieldFault> faults(OutgoingRow row) {
        Faults faults = new Faults(row);
        faults.length("name", 1, 255);
        if (faults.has("amount")) {
            faults.atLeast("amount", BigDecimal.ZERO);
        }
        if (faults.has("amount") || faults.has("period")) {
            faults.oneOf("period", PERIODS);
        }
        faults.currency("currency_code");
        Instant start = faults.optionalDate("start_date");
        Instant end = faults.optionalDate("end_date");
        if (start != null && end != null && end.isBefore(start)) {
            faults.add("end_date", "not before the start", "Enter an end on or after the start");
        }
        return faults.all();
    }
}
