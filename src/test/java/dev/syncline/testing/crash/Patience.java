package dev.syncline.testing.crash;

import dev.syncline.exception.StorageException;
import dev.syncline.exception.SyncException;
import dev.syncline.progress.SyncResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A host that meets a failing disk: it is told so in words that it can expect, waits until the disk is well again, and begins the
 * step anew.
 */
final class Patience {
    private final Script script;
    private final Stage stage;
    private final Striker striker;
    private final List<String> untyped = new ArrayList<>();

    Patience(Script script, Stage stage, Striker striker) {
        this.script = script;
        this.stage = stage;
        this.striker = striker;
    }

    /** Plays the steps, each until it is done; tells of failures that no host could expect. */
    List<String> play() throws Exception {
        List<Script.Step> steps = script.steps();
        for (int number = 0; number < steps.size(); number++) {
            Script.Step step = steps.get(number);
            striker.step(number, step.struck());
            stage.tables(step.tables());
            if (!wentWell(step)) {
                striker.heal();
                if (!wentWell(step)) {
                    untyped.add(step.name() + " failed when everything was well again");
                }
            }
        }
        striker.heal();
        striker.step(steps.size(), false);
        return untyped;
    }

    private boolean wentWell(Script.Step step) throws Exception {
        try {
            step.action().on(stage);
        } catch (StorageException told) {
            return false;
        } catch (HostStatementException | SQLException told) {
            // The host's own statement failed, or its own migration.
            return false;
        }
        SyncResult last = stage.takeLast();
        if (last == null) {
            return true;
        }
        List<SyncException> failures = last.errors().stream()
                .filter(failure -> !script.expects(failure))
                .toList();
        failures.stream()
                .filter(failure -> !(failure instanceof StorageException))
                .forEach(failure -> untyped.add(step.name() + " ended with " + failure));
        return failures.isEmpty();
    }
}
