package dev.syncline.demo;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A day without network at both devices of the generated bank: which payments are touched where, so that every kind of
 * collision happens as often as planned. The same plan comes out of the same seed, also after a crash.
 */
final class BankDay {

    /** What happens to a payment; A and B are the devices. */
    private enum Plan {
        AMOUNT_ON_A_DUE_ON_B,
        NOTE_ON_BOTH,
        TAGS_ON_BOTH,
        AMOUNT_ON_BOTH,
        PAID_ON_BOTH,
        AMOUNT_ON_A_CANCELLED_ON_B,
        CANCELLED_ON_A_NOTE_ON_B,
        CANCELLED_ON_BOTH,
        EDITED_ON_A,
        EDITED_ON_B,
        CANCELLED_ON_A,
        CANCELLED_ON_B
    }

    private static final String A = "A";
    private static final String B = "B";
    private static final int MOST = 40;
    private static final int CLOSED_ACCOUNTS = 2;

    private final BankGenerator bank;
    private final List<Integer> shuffled;
    private final int each;
    private final int limits;

    BankDay(BankGenerator bank) {
        this.bank = bank;
        // Nobody touches the payments of accounts that A closes, so that closing them is no collision.
        shuffled = shuffle(
                IntStream.range(0, bank.payments())
                        .filter(payment -> bank.accountOf(payment) < firstClosed())
                        .boxed()
                        .toList(),
                bank.random("day", 0));
        each = Math.max(1, Math.min(MOST, shuffled.size() / Plan.values().length / 2));
        limits = Math.max(1, Math.min(MOST / 4, bank.accounts() / 10));
    }

    /** How many payments each plan takes. */
    int each() {
        return each;
    }

    void atDeviceA(BankApp app) throws SQLException {
        for (int payment : those(Plan.AMOUNT_ON_A_DUE_ON_B)) {
            app.correctAmount(id(payment), amount(payment, 1));
        }
        for (int payment : those(Plan.NOTE_ON_BOTH)) {
            app.note(id(payment), "noted on A");
        }
        for (int payment : those(Plan.TAGS_ON_BOTH)) {
            app.tag(id(payment), "[\"seen on A\"]");
        }
        for (int payment : those(Plan.AMOUNT_ON_BOTH)) {
            app.correctAmount(id(payment), amount(payment, 2));
        }
        for (int payment : those(Plan.AMOUNT_ON_A_CANCELLED_ON_B)) {
            app.correctAmount(id(payment), amount(payment, 3));
        }
        for (int payment : those(Plan.EDITED_ON_A)) {
            app.note(id(payment), "read on A");
            app.correctAmount(id(payment), amount(payment, 4));
        }
        cancel(app, Plan.CANCELLED_ON_A_NOTE_ON_B, Plan.CANCELLED_ON_BOTH, Plan.CANCELLED_ON_A);
        for (int n = 0; n < CLOSED_ACCOUNTS; n++) {
            app.close(bank.id("account", firstClosed() + n));
        }
        atBoth(app, A, 100);
    }

    void atDeviceB(BankApp app) throws SQLException {
        for (int payment : those(Plan.AMOUNT_ON_A_DUE_ON_B)) {
            app.postpone(id(payment), DUE);
        }
        for (int payment : those(Plan.NOTE_ON_BOTH)) {
            app.note(id(payment), "noted on B");
        }
        for (int payment : those(Plan.TAGS_ON_BOTH)) {
            app.tag(id(payment), "[\"seen on B\",{\"by\":\"clerk\"}]");
        }
        for (int payment : those(Plan.AMOUNT_ON_BOTH)) {
            app.correctAmount(id(payment), amount(payment, 5));
        }
        for (int payment : those(Plan.CANCELLED_ON_A_NOTE_ON_B)) {
            app.note(id(payment), "kept on B");
        }
        for (int payment : those(Plan.EDITED_ON_B)) {
            app.postpone(id(payment), DUE);
        }
        cancel(app, Plan.AMOUNT_ON_A_CANCELLED_ON_B, Plan.CANCELLED_ON_BOTH, Plan.CANCELLED_ON_B);
        atBoth(app, B, 200);
    }

    /** How many payments that A gave a new amount and B a new date have both. */
    long joined(BankApp app) throws SQLException {
        long joined = 0;
        for (int payment : those(Plan.AMOUNT_ON_A_DUE_ON_B)) {
            joined += app.isDue(id(payment), amount(payment, 1), DUE) ? 1 : 0;
        }
        return joined;
    }

    /** Whether the accounts that each device opened at its own new branch are there, and not at the other's. */
    boolean branchesKeptApart(BankApp app) throws SQLException {
        return app.accountsAt(branch(A), holder(A)) == limits
                && app.accountsAt(branch(B), holder(B)) == limits
                && app.accountsAt(branch(A), holder(B)) + app.accountsAt(branch(B), holder(A)) == 0;
    }

    private static final String DUE = "2026-12-31T12:00:00Z";

    private void atBoth(BankApp app, String device, int limit) throws SQLException {
        for (int payment : those(Plan.PAID_ON_BOTH)) {
            app.markPaid(id(payment));
        }
        for (int account = 0; account < limits; account++) {
            app.setLimit(bank.id("account", account), limit + account + ".00");
            app.setPhone(bank.id("account", limits + account), device.equals(A) ? "+420 1" : "+420 2");
        }
        app.renameCategory(BankGenerator.CATEGORIES.get(0), "rent, as " + device + " calls it");
        long branch = app.addBranch(branch(device), "Praha");
        long category = app.addCategory("new on " + device);
        List<String> accounts = new ArrayList<>();
        app.openAccounts(some(limits, n -> {
            accounts.add(bank.id("account of " + device, n));
            return new BankApp.Account(
                    accounts.get(n), branch, holder(device) + n, null, "0.00", "10.5", "2026-01-02T03:04:05Z");
        }));
        app.pay(some(
                each,
                n -> new BankApp.Payment(
                        bank.id("payment of " + device, n),
                        accounts.get(n % limits),
                        category,
                        amount(n, 6),
                        DUE,
                        "[]",
                        null,
                        false)));
    }

    private void cancel(BankApp app, Plan... plans) throws SQLException {
        for (Plan plan : plans) {
            for (int payment : those(plan)) {
                app.cancel(id(payment));
            }
        }
    }

    private List<Integer> those(Plan plan) {
        return shuffled.subList(plan.ordinal() * each, (plan.ordinal() + 1) * each);
    }

    private int firstClosed() {
        return bank.accounts() - CLOSED_ACCOUNTS;
    }

    private String id(int payment) {
        return bank.id("payment", payment);
    }

    private static String amount(int payment, int edit) {
        return edit * 1000 + payment % 1000 + "." + (10 + payment % 90);
    }

    private static String branch(String device) {
        return "Branch founded on " + device;
    }

    private static String holder(String device) {
        return "Customer of " + device + " no. ";
    }

    private static <T> List<T> some(int count, IntFunction<T> each) {
        return IntStream.range(0, count).mapToObj(each).toList();
    }

    private static List<Integer> shuffle(List<Integer> all, SplittableRandom random) {
        List<Integer> shuffled = new ArrayList<>(all);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            Integer moved = shuffled.get(i);
            shuffled.set(i, shuffled.get(j));
            shuffled.set(j, moved);
        }
        return shuffled;
    }
}
