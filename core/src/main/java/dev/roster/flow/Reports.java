package dev.roster.flow;

import dev.roster.Problem;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Counts and reports handlers that threw. */
final class Reports {
    private final List<Consumer<Problem>> listeners = new CopyOnWriteArrayList<>();
    private final Tally tally;

    Reports(Tally tally) {
        this.tally = tally;
    }

    void to(Consumer<Problem> listener) {
        listeners.add(listener);
    }

    /** On the handler's thread. */
    void failed(FlowEvent event, Exception e) {
        tally.failed.increment();
        if (e instanceof InterruptedException) {
            // Somebody interrupted the handler; the flow has threads of its own to go on with.
            Thread.interrupted();
        }
        Problem problem = new Problem(Problem.Kind.HANDLER_FAILED, event.key(), e.toString());
        for (Consumer<Problem> listener : listeners) {
            try {
                listener.accept(problem);
            } catch (RuntimeException worse) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, worse);
            }
        }
    }
}
