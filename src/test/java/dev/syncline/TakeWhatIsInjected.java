package dev.syncline;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds for a class that neither reads the machine's clock nor draws chance, makes threads, waits or prints by itself. Few
 * classes may: those that provide a default which the host can replace or call without one, and the one that makes the manager's
 * threads.
 */
final class TakeWhatIsInjected extends ArchCondition<JavaClass> {

    /** Who provides what a host can replace. */
    private static final Set<String> DEFAULTS = Set.of(
            "dev.syncline.config.SyncConfigBuilder",
            "dev.syncline.config.SyncConfigBuilder$RandomUuids",
            "dev.syncline.SyncManager",
            "dev.syncline.internal.http.HttpSettings",
            "dev.syncline.config.DaemonThreads");

    private static final String CONSTRUCTOR = Pattern.quote(JavaConstructor.CONSTRUCTOR_NAME);

    /** Owner to names that only the classes above may use. */
    private static final Map<String, Pattern> PROVIDED = Map.ofEntries(
            Map.entry("java.time.Clock", Pattern.compile("system.*|tick(Millis|Seconds|Minutes)")),
            Map.entry("java.util.Random", Pattern.compile(CONSTRUCTOR)),
            Map.entry("java.security.SecureRandom", Pattern.compile(CONSTRUCTOR)),
            Map.entry("java.util.concurrent.ThreadLocalRandom", Pattern.compile("current")),
            Map.entry("java.util.random.RandomGenerator", Pattern.compile("of|getDefault")),
            Map.entry("java.lang.Math", Pattern.compile("random")),
            Map.entry("java.util.UUID", Pattern.compile("randomUUID")),
            Map.entry("io.reactivex.rxjava3.schedulers.Schedulers", Pattern.compile("io|computation|newThread|single")),
            Map.entry("java.util.concurrent.Executors", Pattern.compile("new.*")),
            Map.entry("java.util.concurrent.ThreadPoolExecutor", Pattern.compile(CONSTRUCTOR)),
            Map.entry("java.util.concurrent.ScheduledThreadPoolExecutor", Pattern.compile(CONSTRUCTOR)),
            Map.entry("java.util.concurrent.ForkJoinPool", Pattern.compile(CONSTRUCTOR + "|commonPool")),
            Map.entry("java.util.Timer", Pattern.compile(CONSTRUCTOR)),
            Map.entry("java.lang.Thread", Pattern.compile(CONSTRUCTOR + "|startVirtualThread|of.*")));

    /** Owner to names that nobody may use. */
    private static final Map<String, Pattern> BANNED = Map.of(
            "java.lang.System", Pattern.compile("out|err|currentTimeMillis|nanoTime|exit"),
            "java.lang.Thread", Pattern.compile("sleep"),
            "java.util.concurrent.TimeUnit", Pattern.compile("sleep"));

    TakeWhatIsInjected() {
        super("take time, chance, threads and output from outside");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        for (JavaAccess<?> access : type.getAccessesFromSelf()) {
            AccessTarget target = access.getTarget();
            if (banned(target) || (provided(target) && !DEFAULTS.contains(type.getName()))) {
                events.add(SimpleConditionEvent.violated(type, access.getDescription()));
            }
        }
    }

    private static boolean banned(AccessTarget target) {
        boolean prints = target.getName().equals("printStackTrace");
        boolean readsTheClock = target.getOwner().getPackageName().equals("java.time")
                && target.getName().equals("now")
                && !target.getFullName().contains("Clock");
        return prints || readsTheClock || matches(BANNED, target);
    }

    private static boolean provided(AccessTarget target) {
        return matches(PROVIDED, target);
    }

    private static boolean matches(Map<String, Pattern> names, AccessTarget target) {
        Pattern pattern = names.get(target.getOwner().getName());
        return pattern != null && pattern.matcher(target.getName()).matches();
    }
}
