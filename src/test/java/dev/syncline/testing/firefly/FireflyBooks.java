package dev.syncline.testing.firefly;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the server keeps, in memory: rows of each kind by their ids, transactions with their splits, and what follows from them: balances,
 * cascades, names that are there once. Not thread-safe; the server takes one request at a time.
 */
final class FireflyBooks {
    static final String TRANSACTIONS = "transactions";
    private static final String JOURNAL = "transaction_journal_id";
    private static final List<String> SPLIT_FIELDS = List.of(
            "type",
            "amount",
            "currency_code",
            "foreign_amount",
            "foreign_currency_code",
            "description",
            "source_id",
            "destination_id",
            "category_id",
            "budget_id",
            "bill_id",
            "notes",
            "external_id");
    private static final ZoneOffset ZONE = ZoneOffset.ofHours(1);

    private final Map<String, TreeMap<Long, Map<String, @Nullable Object>>> kinds = new LinkedHashMap<>();
    private long lastId;
    private long lastJournal = 40;
    private long ticks;

    FireflyBooks() {
        for (String kind : List.of("accounts", "categories", "budgets", "bills", "piggy-banks", TRANSACTIONS)) {
            kinds.put(kind, new TreeMap<>());
        }
    }

    /** What a request was refused for: field to message. */
    static final class Invalid extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Map<String, String> errors;

        Invalid(Map<String, String> errors) {
            this.errors = errors;
        }

        Map<String, String> errors() {
            return errors;
        }
    }

    @Nullable
    TreeMap<Long, Map<String, @Nullable Object>> of(String kind) {
        return kinds.get(kind);
    }

    /** The id of what was made. */
    long create(String kind, Map<String, @Nullable Object> sent) {
        if (kind.equals(TRANSACTIONS)) {
            return createTransaction(sent);
        }
        check(kind, sent, 0);
        long id = ++lastId;
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("created_at", now());
        row.put("active", true);
        row.putAll(kept(kind, sent));
        row.put("updated_at", now());
        rows(kind).put(id, row);
        return id;
    }

    /** Named fields are replaced, the others stay. */
    void update(String kind, long id, Map<String, @Nullable Object> sent) {
        Map<String, @Nullable Object> row = rows(kind).get(id);
        if (kind.equals(TRANSACTIONS)) {
            updateTransaction(row, sent);
            return;
        }
        check(kind, sent, id);
        row.putAll(kept(kind, sent));
        row.put("updated_at", now());
    }

    private void check(String kind, Map<String, @Nullable Object> sent, long id) {
        Object name = sent.get("name");
        if ((id == 0 || sent.containsKey("name"))
                && (name == null || name.toString().isBlank())) {
            throw new Invalid(Map.of("name", "The name field is required."));
        }
        boolean taken = rows(kind).entrySet().stream()
                .anyMatch(other -> other.getKey() != id
                        && String.valueOf(other.getValue().get("name")).equals(String.valueOf(name))
                        && String.valueOf(other.getValue().get("type")).equals(String.valueOf(sent.get("type"))));
        if (taken) {
            throw new Invalid(Map.of("name", "This value is already in use."));
        }
    }

    /** What it knows no field for is left out in silence; days become times at its own midnight. */
    private static Map<String, @Nullable Object> kept(String kind, Map<String, @Nullable Object> sent) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        sent.forEach((field, value) -> {
            boolean unknown = kind.equals("budgets")
                    && List.of("amount", "period", "start_date", "end_date").contains(field);
            if (!unknown) {
                boolean day = field.endsWith("date") && value instanceof String;
                Object kept = day
                        ? LocalDate.parse((String) value)
                                .atStartOfDay()
                                .atOffset(ZONE)
                                .toString()
                        : value;
                row.put(field, field.equals("account_id") && kept != null ? kept.toString() : kept);
            }
        });
        row.remove("accounts");
        return row;
    }

    private long createTransaction(Map<String, @Nullable Object> sent) {
        List<Map<String, @Nullable Object>> splits = splits(sent);
        if (splits.isEmpty()) {
            throw new Invalid(Map.of("transactions", "Need at least one transaction."));
        }
        if (splits.size() > 1 && sent.get("group_title") == null) {
            throw new Invalid(
                    Map.of("group_title", "A group title is mandatory when there is more than one transaction."));
        }
        long id = ++lastId;
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("created_at", now());
        row.put("updated_at", now());
        row.put("group_title", sent.get("group_title"));
        List<Map<String, @Nullable Object>> made = new ArrayList<>();
        for (int i = 0; i < splits.size(); i++) {
            made.add(split(new LinkedHashMap<>(), splits.get(i), i));
        }
        row.put(TRANSACTIONS, made);
        rows(TRANSACTIONS).put(id, row);
        return id;
    }

    /** Splits that a request names are changed, those that it brings are added, and those that it does not speak of are dropped. */
    private void updateTransaction(Map<String, @Nullable Object> row, Map<String, @Nullable Object> sent) {
        if (sent.containsKey("group_title")) {
            row.put("group_title", sent.get("group_title"));
        }
        List<Map<String, @Nullable Object>> present = splits(row);
        List<Map<String, @Nullable Object>> next = new ArrayList<>();
        List<Map<String, @Nullable Object>> given = splits(sent);
        for (int i = 0; i < given.size(); i++) {
            Object journal = given.get(i).get(JOURNAL);
            Map<String, @Nullable Object> old = present.stream()
                    .filter(split -> journal != null
                            && String.valueOf(split.get(JOURNAL)).equals(journal.toString()))
                    .findFirst()
                    .orElseGet(LinkedHashMap::new);
            next.add(split(old, given.get(i), i));
        }
        row.put(TRANSACTIONS, next);
    }

    private Map<String, @Nullable Object> split(
            Map<String, @Nullable Object> old, Map<String, @Nullable Object> sent, int index) {
        Map<String, @Nullable Object> split = new LinkedHashMap<>(old);
        split.computeIfAbsent(JOURNAL, none -> Long.toString(++lastJournal));
        split.putIfAbsent("reconciled", false);
        split.putIfAbsent("tags", List.of());
        for (String field : SPLIT_FIELDS) {
            split.putIfAbsent(field, null);
            if (sent.containsKey(field)) {
                Object value = sent.get(field);
                // Ids are texts in its answers, whatever they came as.
                split.put(field, field.endsWith("_id") && value != null ? value.toString() : value);
            }
        }
        for (String field : List.of("reconciled", "tags")) {
            if (sent.get(field) != null) {
                split.put(field, sent.get(field));
            }
        }
        if (sent.get("date") instanceof String date) {
            split.put("date", time(date));
        }
        String prefix = "transactions." + index + '.';
        if (split.get("description") == null) {
            throw new Invalid(Map.of(prefix + "description", "The description field is required."));
        }
        if (split.get("amount") == null || new BigDecimal(split.get("amount").toString()).signum() <= 0) {
            throw new Invalid(Map.of(prefix + "amount", "The amount must be more than zero."));
        }
        for (String side : List.of("source_id", "destination_id")) {
            Object account = split.get(side);
            if (account != null && !rows("accounts").containsKey(Long.valueOf(account.toString()))) {
                throw new Invalid(Map.of(prefix + side, "Could not find a valid account when searching for this ID."));
            }
        }
        return split;
    }

    private static String time(String date) {
        return (date.length() == 10
                        ? LocalDate.parse(date).atStartOfDay().atOffset(ZoneOffset.UTC)
                        : OffsetDateTime.parse(date))
                .withOffsetSameInstant(ZONE)
                .toString();
    }

    /** What hangs on a row goes with it, or lets go of it. */
    void delete(String kind, long id) {
        rows(kind).remove(id);
        String text = Long.toString(id);
        switch (kind) {
            case "accounts" -> {
                rows("piggy-banks").values().removeIf(piggy -> text.equals(String.valueOf(piggy.get("account_id"))));
                for (String side : List.of("source_id", "destination_id")) {
                    dropSplits(side, text);
                }
            }
            case "categories" -> release("category_id", text);
            case "budgets" -> release("budget_id", text);
            case "bills" -> release("bill_id", text);
            default -> {}
        }
    }

    /** Whether there was such a split. */
    boolean deleteSplit(String journal) {
        return dropSplits(JOURNAL, journal);
    }

    private boolean dropSplits(String field, String value) {
        boolean dropped = false;
        for (Map<String, @Nullable Object> row : rows(TRANSACTIONS).values()) {
            List<Map<String, @Nullable Object>> left = new ArrayList<>(splits(row));
            dropped |= left.removeIf(split -> value.equals(String.valueOf(split.get(field))));
            row.put(TRANSACTIONS, left);
        }
        rows(TRANSACTIONS).values().removeIf(row -> splits(row).isEmpty());
        return dropped;
    }

    private void release(String field, String id) {
        rows(TRANSACTIONS)
                .values()
                .forEach(row -> splits(row).forEach(split -> {
                    if (id.equals(String.valueOf(split.get(field)))) {
                        split.put(field, null);
                    }
                }));
    }

    /** A row as answers show it. */
    Map<String, @Nullable Object> shown(String kind, long id) {
        Map<String, @Nullable Object> attributes =
                new LinkedHashMap<>(rows(kind).get(id));
        if (kind.equals("accounts")) {
            attributes.put("current_balance", balance(id).toPlainString());
            attributes.put("current_balance_date", "2026-11-23T23:59:" + (10 + ticks++ % 50) + "+01:00");
        }
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("type", kind.replace('-', '_'));
        row.put("id", Long.toString(id));
        row.put("attributes", attributes);
        row.put("links", Map.of("self", "http://localhost/api/v1/" + kind + "/" + id));
        return row;
    }

    private BigDecimal balance(long account) {
        Object opening = rows("accounts").get(account).get("opening_balance");
        BigDecimal sum = opening == null ? BigDecimal.ZERO : new BigDecimal(opening.toString());
        for (Map<String, @Nullable Object> split : allSplits()) {
            BigDecimal amount = new BigDecimal(String.valueOf(split.get("amount")));
            sum = Long.toString(account).equals(split.get("source_id")) ? sum.subtract(amount) : sum;
            sum = Long.toString(account).equals(split.get("destination_id")) ? sum.add(amount) : sum;
        }
        return sum;
    }

    List<Map<String, @Nullable Object>> allSplits() {
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        rows(TRANSACTIONS).values().forEach(row -> all.addAll(splits(row)));
        return all;
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, @Nullable Object>> splits(Map<String, @Nullable Object> row) {
        return row.get(TRANSACTIONS) instanceof List<?> list ? (List<Map<String, @Nullable Object>>) list : List.of();
    }

    private TreeMap<Long, Map<String, @Nullable Object>> rows(String kind) {
        return kinds.get(kind);
    }

    /** Whole seconds, as its databases have them: two changes may share one. */
    private String now() {
        return Instant.ofEpochSecond(1_780_000_000L + ticks++ / 3)
                .atOffset(ZONE)
                .toString();
    }
}
