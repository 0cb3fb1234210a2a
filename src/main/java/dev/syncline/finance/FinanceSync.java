package dev.syncline.finance;

import dev.syncline.SyncManager;
import io.reactivex.rxjava3.core.Single;

/**
 * Typed calls for hosts that have just written one entry and want to know what became of it. Each runs once as {@link
 * SyncManager#synchronize()} does, which sends what the entry needs before it as well, and everything else that is due. Thread-safe; the
 * manager stays its owner's to close.
 */
public final class FinanceSync {
    private final SyncManager sync;

    private FinanceSync(SyncManager sync) {
        this.sync = sync;
    }

    /**
     * Makes the calls.
     *
     * @param sync a manager of the {@link FinanceTables}
     * @return the calls
     */
    public static FinanceSync of(SyncManager sync) {
        return new FinanceSync(sync);
    }

    /**
     * Sends a transaction, or one split of it; its other splits stay as they are.
     *
     * @param id its key in the table {@code transaction}
     * @return what became of it; fails as {@link SyncManager#synchronize()} does
     */
    public Single<EntryOutcome> syncTransaction(long id) {
        return sync("transaction", id);
    }

    /**
     * Sends an account.
     *
     * @param id its key in the table {@code account}
     * @return what became of it; fails as {@link SyncManager#synchronize()} does
     */
    public Single<EntryOutcome> syncAccount(long id) {
        return sync("account", id);
    }

    /**
     * Sends a category.
     *
     * @param id its key in the table {@code category}
     * @return what became of it; fails as {@link SyncManager#synchronize()} does
     */
    public Single<EntryOutcome> syncCategory(long id) {
        return sync("category", id);
    }

    /**
     * Sends a budget.
     *
     * @param id its key in the table {@code budget}
     * @return what became of it; fails as {@link SyncManager#synchronize()} does
     */
    public Single<EntryOutcome> syncBudget(long id) {
        return sync("budget", id);
    }

    /**
     * Sends a bill.
     *
     * @param id its key in the table {@code bill}
     * @return what became of it; fails as {@link SyncManager#synchronize()} does
     */
    public Single<EntryOutcome> syncBill(long id) {
        return sync("bill", id);
    }

    /**
     * Sends a piggy bank.
     *
     * @param id its key in the table {@code piggy_bank}
     * @return what became of it; fails as {@link SyncManager#synchronize()} does
     */
    public Single<EntryOutcome> syncPiggyBank(long id) {
        return sync("piggy_bank", id);
    }

    private Single<EntryOutcome> sync(String entity, long id) {
        String row = Long.toString(id);
        return sync.synchronize()
                .map(run -> new EntryOutcome(
                        run,
                        sync
                                .operations(change -> change.entity().equals(entity)
                                        && change.rowId().equals(row))
                                .stream()
                                .findFirst()
                                .orElse(null)));
    }
}
