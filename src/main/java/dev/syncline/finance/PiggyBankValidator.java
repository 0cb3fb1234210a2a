package dev.syncline.finance;

import dev.syncline.config.OutgoingRow;
import dev.syncline.config.RecordValidator;
import dev.syncline.exception.FieldFault;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * The rules of a piggy bank: a name of 1 to 255 characters, an account that exists, a target above zero, a current amount from zero up if there
 * is one, a target date after the start. Thread-safe.
 */
public record PiggyBankValidator() implements RecordValidator {

    @Override
    public List<FieldFault> faults(OutgoingRow row) {
        Faults faults = new Faults(row);
        faults.length("name", 1, 255);
        Object account = row.get("account_id");
        if (account == null || !row.exists("account", account)) {
            faults.add("account_id", "an account that exists", "Choose the account that the money lies in");
        }
        faults.above("target_amount", BigDecimal.ZERO);
        if (faults.has("current_amount")) {
            faults.atLeast("current_amount", BigDecimal.ZERO);
        }
        Instant start = faults.optionalDate("start_date");
        Instant target = faults.optionalDate("target_date");
        if (start != null && target != null && !target.isAfter(start)) {
            faults.add("target_date", "after the start", "Enter a target date after the start");
        }
        return faults.all();
    }
}
