package dev.syncline.demo;

import dev.syncline.progress.SyncProgress;
import java.text.DecimalFormat;
import java.time.Instant;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * One run's progress as a bar. It appears with the first row there is to move and, where nobody watches, leaves a line for
 * each quarter instead of moving.
 */
final class ProgressDisplay implements AutoCloseable {

    private static final int WIDTH = 100;
    private static final int REDRAW_MILLIS = 100;
    private static final long SECOND = 1_000_000_000;

    private final Screen screen;
    private final String task;
    private final int widestEntity;
    private final Instant since;
    private @Nullable ProgressBar bar;
    private volatile int quarter;

    ProgressDisplay(Screen screen, String task, int widestEntity, Instant since) {
        this.screen = screen;
        this.task = task;
        this.widestEntity = widestEntity;
        this.since = since;
    }

    /** Shows a snapshot; one of an earlier run, which a late subscriber gets first, is passed over. */
    synchronized void show(SyncProgress progress) {
        if (progress.startedAt().isBefore(since) || progress.total() == 0) {
            return;
        }
        if (bar == null) {
            bar = open(progress.total());
        }
        bar.maxHint(progress.total());
        bar.stepTo(progress.done());
        bar.setExtraMessage(padded(progress.currentEntityType()));
        quarter = (int) (progress.percentage() / 25);
    }

    private ProgressBar open(long total) {
        return new ProgressBarBuilder()
                .setTaskName("    " + task)
                .setInitialMax(total)
                .setUnit(" rows", 1)
                .showSpeed(new DecimalFormat("#,##0"))
                .setStyle(screen.drawsBlocks() ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setConsumer(screen.isTerminal() ? new ConsoleProgressBarConsumer(screen.out()) : new QuarterLines())
                .build();
    }

    /** Always as wide, or the bar beside it would change its length with the name. */
    private String padded(@Nullable String entity) {
        return String.format(" %-" + Math.max(1, widestEntity) + "s", entity == null ? "" : entity);
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.setExtraMessage(padded(null));
            bar.close();
            bar = null;
        }
    }

    /** Prints the bar when it has grown by a quarter, at most once a second, and once more at its end. */
    private final class QuarterLines extends ConsoleProgressBarConsumer {

        private int printed;
        private long printedAt = System.nanoTime();
        private String last = "";
        private String lastPrinted = "";

        QuarterLines() {
            super(screen.out(), WIDTH);
        }

        @Override
        public void accept(String rendered) {
            last = rendered;
            int now = quarter;
            if (now > printed && now < 4 && System.nanoTime() - printedAt > SECOND) {
                printed = now;
                printedAt = System.nanoTime();
                print(rendered);
            }
        }

        @Override
        public void close() {
            if (!last.equals(lastPrinted)) {
                print(last);
            }
        }

        private void print(String rendered) {
            lastPrinted = rendered;
            screen.line(rendered.stripTrailing());
        }
    }
}
