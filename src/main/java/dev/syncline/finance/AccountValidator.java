package dev.syncline.finance;

import dev.syncline.config.OutgoingRow;
import dev.syncline.config.RecordValidator;
import dev.syncline.exception.FieldFault;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rules of an account: a name of 1 to 255 characters that no other account of its type has, a known type, a currency if it is an asset, an
 * opening balance only with a date that is not ahead, an IBAN whose check digits are right. Thread-safe.
 */
public record AccountValidator() implements RecordValidator {
    private static final Set<String> TYPES = Set.of(
            "asset",
            "expense",
            "revenue",
            "cash",
            "liability",
            "liabilities",
            "loan",
            "debt",
            "mortgage",
            "import",
            "initial-balance",
            "reconciliation");
    private static final Pattern IBAN = Pattern.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}");
    private static final BigInteger CHECKED_BY = BigInteger.valueOf(97);

    @Override
    public List<FieldFault> faults(OutgoingRow row) {
        Faults faults = new Faults(row);
        faults.uniqueName("type");
        faults.oneOf("type", TYPES);
        if (faults.text("type").equals("asset")) {
            faults.present("currency_code", "An asset account needs its currency, such as EUR");
        }
        faults.currency("currency_code");
        if (faults.has("opening_balance")) {
            if (faults.number("opening_balance") == null) {
                faults.add("opening_balance", "a number", "Enter the balance as a decimal number");
            }
            Instant date = faults.date("opening_balance_date");
            if (date != null && date.isAfter(row.now())) {
                faults.add("opening_balance_date", "not in the future", "Enter a date that has come");
            }
        }
        if (faults.has("iban") && !isIban(faults.text("iban").replace(" ", ""))) {
            faults.add("iban", "ISO 13616", "Check the number, its two check digits included");
        }
        return faults.all();
    }

    /** The four leading characters go to the end, letters count from ten, and the rest by 97 is one. */
    private static boolean isIban(String text) {
        if (!IBAN.matcher(text).matches()) {
            return false;
        }
        StringBuilder digits = new StringBuilder();
        (text.substring(4) + text.substring(0, 4)).chars().forEach(c -> digits.append(Character.digit(c, 36)));
        return new BigInteger(digits.toString()).mod(CHECKED_BY).equals(BigInteger.ONE);
    }
}
