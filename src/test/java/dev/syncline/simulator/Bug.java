package dev.syncline.simulator;

import dev.syncline.testing.server.ServerInMemory;
import java.util.function.UnaryOperator;
import okhttp3.Request;

/** A fault of the engine, planted from outside: in what it executes, sends or is answered. The checkers have to find it. */
interface Bug {

    /** The engine as it is. */
    Bug NONE = new Bug() {};

    /** What is executed in the place of a statement. */
    default String statement(String sql) {
        return sql;
    }

    /** What is sent in the place of a request. */
    default Request request(Request request) {
        return request;
    }

    /** What the engine is given in the place of an answer. */
    default ServerInMemory.Response answer(Request request, ServerInMemory.Response answer) {
        return answer;
    }

    /** Called once for each manager, when it has been opened. */
    default void opened(SimulatedDevice device) {}

    /** A bug in the statements. */
    static Bug inSql(UnaryOperator<String> change) {
        return new Bug() {
            @Override
            public String statement(String sql) {
                return change.apply(sql);
            }
        };
    }
}
