package dev.syncline.backend.firefly;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of all entities but transactions, in the server's words and in those of the tables. Pure. */
final class FlatFields {
    /** What the server computes or shows differently from day to day; it is no part of a record's version. */
    static final String[] COMPUTED = {
        "current_balance_date",
        "spent",
        "earned",
        "transferred",
        "next_expected_match",
        "next_expected_match_diff",
        "pay_dates",
        "paid_dates",
        "save_per_month",
        "percentage",
        "left_to_save"
    };

    private static final Map<String, String> OF_BUDGET = Map.of(
            "amount", "auto_budget_amount",
            "period", "auto_budget_period",
            "currency_code", "auto_budget_currency_code");
    /** The server tells them as times at midnight where it is. */
    private static final Set<String> DAYS =
            Set.of("opening_balance_date", "date", "end_date", "extension_date", "start_date", "target_date");

    private static final int DAY = 10;

    private FlatFields() {}

    static RemoteRecord incoming(String entity, RemoteRecord record) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(record.fields());
        if (entity.equals("budget")) {
            OF_BUDGET.forEach((column, field) -> {
                if (fields.containsKey(field)) {
                    fields.put(column, fields.remove(field));
                }
            });
        }
        if (entity.equals("piggy_bank") && fields.get("account_id") == null) {
            fields.put("account_id", firstAccount(fields.get("accounts")));
        }
        fields.replaceAll((field, value) -> DAYS.contains(field) && value instanceof String text && text.length() > DAY
                ? text.substring(0, DAY)
                : value);
        return new RemoteRecord(record.id(), record.version(), record.deleted(), fields, record.changedAt());
    }

    /** Since release 6.2 a piggy bank may have several accounts; the first is the one that older ones had. */
    private static @Nullable Object firstAccount(@Nullable Object accounts) {
        if (!(accounts instanceof List<?> list) || list.isEmpty() || !(list.get(0) instanceof Map<?, ?> first)) {
            return null;
        }
        Object id = first.get("account_id");
        return id == null ? first.get("id") : id;
    }

    static OutgoingChange outgoing(OutgoingChange change) {
        if (change.kind() == ChangeKind.DELETE) {
            return change;
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        change.fields().forEach((column, value) -> {
            if (value != null || change.kind() == ChangeKind.UPDATE) {
                boolean renamed = change.entity().equals("budget") && OF_BUDGET.containsKey(column);
                fields.put(renamed ? OF_BUDGET.get(column) : column, value);
            }
        });
        if (change.entity().equals("budget") && fields.containsKey("auto_budget_amount")) {
            fields.put("auto_budget_type", fields.get("auto_budget_amount") == null ? "none" : "reset");
        }
        Object account = fields.get("account_id");
        if (change.entity().equals("piggy_bank") && account != null) {
            fields.put("accounts", List.of(Map.of("id", account)));
        }
        return new OutgoingChange(
                change.entity(), change.kind(), change.id(), fields, change.baseVersion(), change.key());
    }

    static PushResult incoming(String entity, PushResult result) {
        if (result instanceof PushResult.Accepted accepted && accepted.copy() != null) {
            return new PushResult.Accepted(accepted.id(), accepted.version(), incoming(entity, accepted.copy()));
        }
        if (result instanceof PushResult.Conflicted conflicted && conflicted.remote() != null) {
            return new PushResult.Conflicted(incoming(entity, conflicted.remote()));
        }
        return result;
    }
}
