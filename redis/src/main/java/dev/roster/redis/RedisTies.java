package dev.roster.redis;

import dev.roster.store.Ties;
import java.util.function.BooleanSupplier;

/** A process holds its tie by listening on a channel of that name. */
final class RedisTies implements Ties {
    private final News news;
    private final TieBook book;
    private final Tail tail;
    private final BooleanSupplier storeClosed;

    RedisTies(News news, TieBook book, Tail tail, BooleanSupplier storeClosed) {
        this.news = news;
        this.book = book;
        this.tail = tail;
        this.storeClosed = storeClosed;
    }

    @Override
    public String own() {
        return news.tie();
    }

    @Override
    public State state(String tie) {
        if (tie.equals(news.tie())) {
            return own(storeClosed.getAsBoolean());
        }
        if (!TieBook.isName(tie) || storeClosed.getAsBoolean()) {
            return State.UNKNOWN;
        }
        if (!book.ask(tie, System.nanoTime())) {
            // The first time, so that an answer does not wait for the next look.
            tail.lookAtTies();
        }
        return book.state(tie, System.nanoTime());
    }

    /** Others wait for longer before they take it for broken than this says that it holds. */
    private State own(boolean isClosed) {
        if (isClosed) {
            return State.BROKEN;
        }
        return news.isHeld(System.nanoTime()) ? State.HELD : State.MENDING;
    }
}
