package dev.syncline.demo;

import java.util.List;

/** Collects what must hold in the end, shows each of it, and says whether all of it does. */
final class Verdict {

    private final Screen screen;
    private boolean good = true;

    Verdict(Screen screen) {
        this.screen = screen;
    }

    void tables(List<Comparison.Verdict> tables) {
        int width =
                tables.stream().mapToInt(table -> table.table().length()).max().orElse(0);
        for (Comparison.Verdict table : tables) {
            String name = String.format("%-" + Math.max(1, width) + "s", table.table());
            if (table.different() == 0) {
                screen.detail(name + "  equal, " + Screen.count(table.onServer(), "row"));
            } else {
                good = false;
                screen.detail(name + "  DIFFERENT in " + Screen.count(table.different(), "row") + " (A "
                        + Screen.number(table.onA()) + ", B " + Screen.number(table.onB()) + ", server "
                        + Screen.number(table.onServer()) + ")");
                table.first().forEach(row -> screen.detail("  " + row));
            }
        }
    }

    void conflicts(String device, ConflictLedger.Account account) {
        check(
                "conflicts on " + device + ": " + account.found() + " found, " + account.byRule() + " settled by rule, "
                        + account.byHand() + " by hand, " + account.open() + " open; " + account.merged()
                        + " rows merged without one",
                account.balances());
        if (!account.unaccounted().isEmpty()) {
            screen.detail("  " + account.unaccounted().size() + " reported and never reported as settled: "
                    + account.unaccounted().stream().sorted().limit(3).toList());
        }
    }

    void check(String what, boolean holds) {
        screen.detail((holds ? "ok      " : "FAILED  ") + what);
        good &= holds;
    }

    boolean isGood() {
        return good;
    }
}
