package dev.syncline.finance;

import dev.syncline.config.OutgoingRow;
import dev.syncline.config.RecordValidator;
import dev.syncline.exception.FieldFault;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.json.JsonFormatException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The rules of a transaction or split: its type is withdrawal, deposit or transfer; an amount above zero up to 999 999 999.99; a date at most one
 * day ahead; a description of 1 to 1 000 characters; a source for withdrawals and transfers, a destination for deposits and transfers, not
 * the same in a transfer; currencies of three capital letters; a foreign amount above zero and with its currency; at most 50 tags, none of
 * them empty. Thread-safe.
 */
public record TransactionValidator() implements RecordValidator {
    private static final Set<String> TYPES = Set.of("withdrawal", "deposit", "transfer");
    private static final BigDecimal MOST = new BigDecimal("999999999.99");
    private static final Duration AHEAD = Duration.ofDays(1);
    private static final int TAGS = 50;

    @Override
    public List<FieldFault> faults(OutgoingRow row) {
        Faults faults = new Faults(row);
        faults.oneOf("type", TYPES);
        faults.above("amount", BigDecimal.ZERO);
        faults.atMost("amount", MOST);
        Instant date = faults.date("date");
        if (date != null && date.isAfter(row.now().plus(AHEAD))) {
            faults.add("date", "at most one day ahead", "Enter a date up to tomorrow");
        }
        faults.length("description", 1, 1_000);
        accounts(row, faults);
        faults.currency("currency_code");
        faults.currency("foreign_currency_code");
        if (faults.has("foreign_amount")) {
            faults.above("foreign_amount", BigDecimal.ZERO);
            faults.present("foreign_currency_code", "Say in which currency the foreign amount is");
        }
        tags(faults);
        return faults.all();
    }

    private static void accounts(OutgoingRow row, Faults faults) {
        String type = faults.text("type");
        if (type.equals("withdrawal") || type.equals("transfer")) {
            faults.present("source_id", "Choose the account that the money leaves");
        }
        if (type.equals("deposit") || type.equals("transfer")) {
            faults.present("destination_id", "Choose the account that the money goes to");
        }
        Object source = row.get("source_id");
        if (type.equals("transfer") && source != null && source.equals(row.get("destination_id"))) {
            faults.add("destination_id", "another account than the source", "Choose two different accounts");
        }
    }

    private static void tags(Faults faults) {
        if (!faults.has("tags")) {
            return;
        }
        try {
            boolean sound = Json.parse(faults.text("tags")) instanceof List<?> tags
                    && tags.size() <= TAGS
                    && tags.stream().allMatch(tag -> tag instanceof String text && !text.isBlank());
            if (!sound) {
                faults.add("tags", "at most 50 tags, none empty", "Remove empty tags, and those beyond 50");
            }
        } catch (JsonFormatException noJson) {
            faults.add("tags", "a JSON array of texts", "Store the tags as a JSON array");
        }
    }
}
