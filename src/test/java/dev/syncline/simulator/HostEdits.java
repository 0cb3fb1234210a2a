package dev.syncline.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Writes the scripts of hosts: every form of statement, over small pools of keys so that devices get in each other's way. */
final class HostEdits {
    private static final int KEYS = 9;
    private static final List<String> ODD = List.of("", "é", " ", "\uD83D\uDE00", "%2C,", "\u2028", "e\u0301");

    private final RandomGenerator random;
    private final boolean numericCategories;
    private int tokens;

    HostEdits(RandomGenerator random, boolean numericCategories) {
        this.random = random;
        this.numericCategories = numericCategories;
    }

    Script script() {
        List<String> statements = new ArrayList<>();
        int length = 1 + random.nextInt(4);
        for (int i = 0; i < length; i++) {
            add(statements);
        }
        return new Script(statements, random.nextInt(10) == 0);
    }

    /** A value nobody wrote before: where it ends up tells what became of the write. */
    String token() {
        return "'q" + ++tokens + "z" + behind(tokens) + "'";
    }

    /** What stands behind a value of this number: characters that are easily lost on the way. */
    static String behind(int number) {
        return ODD.get(number % ODD.size());
    }

    private void add(List<String> statements) {
        switch (random.nextInt(12)) {
            case 0, 1 -> account(statements);
            case 2, 3, 4 -> payment(statements);
            case 5, 6 -> memo(statements);
            case 7, 8 -> link(statements);
            case 9 -> category(statements);
            default -> ticket(statements);
        }
    }

    private void account(List<String> statements) {
        String key = number();
        switch (random.nextInt(11)) {
            case 0, 1 ->
                statements.add("INSERT INTO account(m, name, balance, active, tags) VALUES(" + token() + ", " + token()
                        + ", " + decimal() + ", " + random.nextInt(2) + ", " + tags() + ")");
            case 2 ->
                statements.add(
                        "INSERT INTO account(id, m, name) VALUES(" + key + ", " + token() + ", " + token() + ")");
            case 3, 4 -> statements.add("UPDATE account SET name = " + token() + " WHERE id = " + key);
            case 5 ->
                statements.add("UPDATE account SET balance = " + decimal()
                        + ", active = 1 - ifnull(active, 0) WHERE id = " + key);
            case 6 ->
                statements.add("UPDATE account SET tags = " + tags() + ", name = " + token() + " WHERE id = " + key);
            case 7 -> statements.add("DELETE FROM account WHERE id = " + key);
            case 8 -> {
                statements.add("DELETE FROM account WHERE id = " + key);
                statements.add(
                        "INSERT INTO account(id, m, name) VALUES(" + key + ", " + token() + ", " + token() + ")");
            }
            case 9 ->
                statements.add("INSERT INTO account(id, m, name) VALUES(" + key + ", " + token() + ", " + token()
                        + ") ON CONFLICT(id) DO UPDATE SET name = excluded.name");
            default -> statements.add("UPDATE account SET name = name, balance = balance WHERE id = " + key);
        }
    }

    private void payment(List<String> statements) {
        String key = number();
        switch (random.nextInt(10)) {
            case 0, 1, 2 ->
                statements.add("INSERT INTO payment(account_id, m, amount, note) VALUES(" + someAccount() + ", "
                        + token() + ", " + decimal() + ", " + token() + ")");
            case 3 -> statements.add("UPDATE payment SET note = " + token() + " WHERE id = " + key);
            case 4 -> statements.add("UPDATE payment SET amount = " + decimal() + " WHERE id = " + key);
            case 5 -> statements.add("UPDATE payment SET account_id = " + someAccount() + " WHERE id = " + key);
            case 6 -> statements.add("DELETE FROM payment WHERE id = " + key);
            case 7 ->
                statements.add("INSERT OR REPLACE INTO payment(id, account_id, m, note) VALUES(" + key + ", "
                        + someAccount() + ", " + token() + ", " + token() + ")");
            case 8 -> {
                statements.add("DELETE FROM payment WHERE account_id = " + number());
                statements.add("DELETE FROM account WHERE id NOT IN (SELECT account_id FROM payment WHERE account_id"
                        + " IS NOT NULL) AND id = " + number());
            }
            default ->
                statements.add("UPDATE payment SET note = " + token() + " || id, account_id = " + someAccount()
                        + " WHERE account_id = " + number());
        }
    }

    private void memo(List<String> statements) {
        String key = "'n" + random.nextInt(KEYS) + "'";
        switch (random.nextInt(10)) {
            case 0, 1, 2 ->
                statements.add(
                        "INSERT INTO memo VALUES(" + key + ", " + token() + ", " + token() + ", " + token() + ")");
            case 3, 4 -> statements.add("UPDATE memo SET title = " + token() + " WHERE id = " + key);
            case 5 -> statements.add("UPDATE memo SET body = " + token() + " WHERE id = " + key);
            case 6 -> statements.add("DELETE FROM memo WHERE id = " + key);
            case 7 ->
                statements.add(
                        "INSERT OR REPLACE INTO memo VALUES(" + key + ", " + token() + ", " + token() + ", NULL)");
            case 8 -> statements.add("UPDATE memo SET id = 'n" + random.nextInt(KEYS) + "' WHERE id = " + key);
            default -> {
                statements.add("DELETE FROM memo WHERE id = " + key);
                statements.add("INSERT INTO memo VALUES(" + key + ", " + token() + ", " + token() + ", NULL)");
            }
        }
    }

    private void link(List<String> statements) {
        String key = " WHERE account_id = " + number() + " AND memo_id = 'n" + random.nextInt(KEYS) + "'";
        switch (random.nextInt(8)) {
            case 0, 1, 2 ->
                statements.add("INSERT INTO link VALUES(" + someAccount()
                        + ", (SELECT id FROM memo ORDER BY id LIMIT 1 OFFSET " + random.nextInt(KEYS / 2) + "), "
                        + token() + ", " + token() + ", " + weight() + ")");
            case 3, 4 -> statements.add("UPDATE link SET label = " + token() + key);
            case 5 ->
                statements.add("UPDATE link SET weight = weight + 1, label = " + token()
                        + " || weight WHERE account_id = " + number());
            case 6 -> statements.add("DELETE FROM link" + key);
            default -> statements.add("DELETE FROM link WHERE memo_id = 'n" + random.nextInt(KEYS) + "'");
        }
    }

    private void category(List<String> statements) {
        String key = categoryKey();
        switch (random.nextInt(7)) {
            case 0, 1, 2 ->
                statements.add(
                        "INSERT INTO category VALUES(" + key + ", (SELECT id FROM category ORDER BY id LIMIT 1 OFFSET "
                                + random.nextInt(KEYS / 2) + "), " + token() + ", " + token() + ")");
            case 3 -> statements.add("UPDATE category SET label = " + token() + " WHERE id = " + key);
            case 4 -> {
                // Rows with ids of the server's that refer to each other in a circle wait for each other.
                if (!numericCategories) {
                    statements.add("UPDATE category SET parent_id = " + categoryKey() + " WHERE id = " + key);
                }
            }
            case 5 -> statements.add("UPDATE category SET parent_id = NULL WHERE id = " + key);
            default -> statements.add("DELETE FROM category WHERE id = " + key);
        }
    }

    private void ticket(List<String> statements) {
        String key = number();
        String code = "'c" + random.nextInt(6) + "'";
        switch (random.nextInt(9)) {
            case 0, 1 ->
                statements.add(
                        "INSERT INTO ticket(code, m, title) VALUES(" + code + ", " + token() + ", " + token() + ")");
            case 2 ->
                statements.add("INSERT INTO ticket(code, m, title) VALUES(NULL, " + token() + ", " + token() + ")");
            case 3 -> statements.add("UPDATE ticket SET title = " + token() + " WHERE id = " + key);
            case 4 -> statements.add("UPDATE ticket SET code = " + code + " WHERE id = " + key);
            case 5 ->
                statements.add("INSERT OR REPLACE INTO ticket(code, m, title) VALUES(" + code + ", " + token() + ", "
                        + token() + ")");
            case 6 -> statements.add("DELETE FROM ticket WHERE id = " + key);
            case 7 -> {
                statements.add("DELETE FROM ticket WHERE code = " + code);
                statements.add(
                        "INSERT INTO ticket(code, m, title) VALUES(" + code + ", " + token() + ", " + token() + ")");
            }
            default -> swap(statements, key, number());
        }
    }

    /** Two rows exchange their unique values, by way of a third one. */
    private static void swap(List<String> statements, String one, String other) {
        statements.add("UPDATE ticket SET code = code || '|' || (SELECT o.code FROM ticket o WHERE o.id = " + other
                + ") WHERE id = " + one);
        statements.add(
                "UPDATE ticket SET code = (SELECT substr(o.code, 1, instr(o.code, '|') - 1) FROM ticket o WHERE o.id = "
                        + one + ") WHERE id = " + other + " AND EXISTS(SELECT 1 FROM ticket o WHERE o.id = " + one
                        + " AND instr(o.code, '|') > 0)");
        statements.add("UPDATE ticket SET code = substr(code, instr(code, '|') + 1) WHERE instr(code, '|') > 0");
    }

    private String categoryKey() {
        return numericCategories ? number() : "'k" + random.nextInt(KEYS) + "'";
    }

    private String number() {
        return Integer.toString(1 + random.nextInt(KEYS));
    }

    private String someAccount() {
        return random.nextInt(3) == 0
                ? number()
                : "(SELECT id FROM account ORDER BY id LIMIT 1 OFFSET " + random.nextInt(KEYS / 2) + ")";
    }

    /** Some are beyond what a double holds exactly. */
    private String weight() {
        return random.nextInt(4) == 3 ? Long.toString((1L << 53) + 1 + random.nextInt(100)) : "" + random.nextInt(100);
    }

    private String decimal() {
        return "'" + random.nextInt(1000) + "." + random.nextInt(100) + "'";
    }

    private String tags() {
        return "'{\"a\": [" + random.nextInt(10) + ", \"" + token().replace("'", "") + "\"]}'";
    }
}
