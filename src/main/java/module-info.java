/**
 * Offline-first synchronization of a host's own SQLite tables with a backend.
 *
 * <p>The transitive requirements are what a host meets in signatures. {@code io.leangen.geantyref} is JDBI's: an automatic
 * module pulls nothing in by itself.
 */
module dev.syncline {
    requires transitive io.reactivex.rxjava3;
    requires transitive java.sql;
    requires transitive okhttp3;
    requires transitive org.slf4j;
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.core;
    requires io.github.javadiffutils;
    requires io.github.resilience4j.circuitbreaker;
    requires io.github.resilience4j.core;
    requires io.leangen.geantyref;
    requires org.jdbi.v3.core;
    requires org.xerial.sqlitejdbc;

    exports dev.syncline;
    exports dev.syncline.backend;
    exports dev.syncline.backend.couchdb;
    exports dev.syncline.backend.firefly;
    exports dev.syncline.backend.rest;
    exports dev.syncline.config;
    exports dev.syncline.conflict;
    exports dev.syncline.exception;
    exports dev.syncline.finance;
    exports dev.syncline.progress;
    exports dev.syncline.resilience;
    exports dev.syncline.table;
}
