package dev.syncline.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What the library logs, at every level, for as long as this is open. Thread-safe. */
public final class LogCapture implements AutoCloseable {
    private static final String LIBRARY = "dev.syncline";

    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final Logger logger;
    private final Level before;
    private final boolean additive;
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            events.add(event);
        }
    };

    public LogCapture() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        logger = context.getLogger(LIBRARY);
        before = logger.getLevel();
        additive = logger.isAdditive();
        appender.setContext(context);
        appender.start();
        logger.setLevel(Level.TRACE);
        // What is written for the machine to read need not be written for people as well.
        logger.setAdditive(false);
        logger.addAppender(appender);
    }

    /** Lines at this level and above, with the kind of what was thrown. */
    public List<String> lines(Level least) {
        return events.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(least))
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    /** Everything that would be printed, with what was thrown, its causes, and what else was attached. */
    public List<String> texts() {
        return events.stream()
                .map(event ->
                        event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getMDCPropertyMap()
                                + " " + event.getKeyValuePairs() + thrown(event.getThrowableProxy(), 0))
                .toList();
    }

    private static String thrown(IThrowableProxy thrown, int depth) {
        if (thrown == null || depth > 20) {
            return "";
        }
        StringBuilder text = new StringBuilder("\n")
                .append(thrown.getClassName())
                .append(": ")
                .append(thrown.getMessage());
        for (IThrowableProxy suppressed : thrown.getSuppressed()) {
            text.append(thrown(suppressed, depth + 1));
        }
        return text.append(thrown(thrown.getCause(), depth + 1)).toString();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(before);
        logger.setAdditive(additive);
        appender.stop();
    }
}
