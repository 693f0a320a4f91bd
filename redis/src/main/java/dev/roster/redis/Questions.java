package dev.roster.redis;

import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.RosterException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Everything that is asked of the server and changes nothing. */
final class Questions {
    private static final int PAGE_ENTRIES = 1000;

    /** Where a page of a reading ends: a script is to be short, and others wait for its answer. */
    private static final int PAGE_BYTES = 1 << 20;

    /** A reading whose pages are too far apart begins anew, so often. */
    private static final int TRIES = 5;

    private static final int CHANGES_PAGE = 200;
    private static final long TIES_MILLIS = 100;
    private static final byte[] NOTHING = new byte[0];

    private final Link link;
    private final Conversation conversation;
    private final Duration timeout;
    private final boolean isTls;

    Questions(Link link, Conversation conversation, RedisUrl url) {
        this.link = link;
        this.conversation = conversation;
        this.timeout = url.timeout();
        this.isTls = url.isTls();
    }

    /**
     * A part of the range, and whether there is more.
     *
     * @param entries in order
     * @param isMore whether the range goes on after the last
     */
    private record Page(String life, long revision, List<Entry> entries, boolean isMore) {}

    /** Entries as they are together. */
    Snapshot read(Range range) throws InterruptedException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Page first = page(range, range.atMost());
            if (!first.isMore() || first.entries().size() >= range.atMost()) {
                return snapshot(first.entries(), range, first.revision(), first.life());
            }
            Snapshot whole = readOn(range, first);
            if (whole != null) {
                return whole;
            }
        }
        throw new StoreUnavailableException(
                "The range from %s is changed faster than it can be read: read a smaller one."
                        .formatted(dev.roster.Limits.quoted(range.from())));
    }

    private static Snapshot snapshot(List<Entry> entries, Range range, long revision, String life) {
        List<Entry> cut =
                entries.size() <= range.atMost() ? entries : entries.subList(0, range.atMost());
        return new Snapshot(cut, revision, RedisStore.identityOf(life));
    }

    /**
     * Reads the other pages, and then what has changed since the first: the changes, told again in
     * order, bring all pages to the last one's revision. Null if that cannot be done.
     */
    private @org.jspecify.annotations.Nullable Snapshot readOn(Range range, Page first)
            throws InterruptedException {
        TreeMap<String, Entry> found = new TreeMap<>(dev.roster.store.Utf8Order.COMPARATOR);
        Page page = first;
        Range rest = range;
        boolean isSame = true;
        put(found, page.entries());
        while (page.isMore()) {
            rest = rest.after(page.entries().getLast().key());
            page = page(rest, Integer.MAX_VALUE);
            isSame &= page.life().equals(first.life());
            put(found, page.entries());
        }
        long position = first.revision();
        while (isSame && position < page.revision()) {
            News news = news(position, CHANGES_PAGE, List.of(Topic.ALL), List.of());
            isSame = news.life().equals(first.life()) && !news.isGapAfter(position);
            for (Change change : news.changes()) {
                Entry now = change.now();
                if (change.revision() > page.revision() || !range.contains(change.key())) {
                    continue;
                }
                if (now == null) {
                    found.remove(change.key());
                } else {
                    found.put(change.key(), now);
                }
            }
            position = news.reached();
        }
        return isSame
                ? snapshot(new ArrayList<>(found.values()), range, page.revision(), first.life())
                : null;
    }

    private static void put(Map<String, Entry> into, List<Entry> entries) {
        for (Entry entry : entries) {
            into.put(entry.key(), entry);
        }
    }

    private Page page(Range range, int atMost) throws InterruptedException {
        int most = Math.min(atMost, PAGE_ENTRIES);
        String to = range.to();
        byte[][] arguments = conversation.arguments(4);
        arguments[Conversation.OWN] =
                Names.bytes(range.from().isEmpty() ? "-" : "[" + range.from());
        arguments[Conversation.OWN + 1] = Names.bytes(to == null ? "+" : "(" + to);
        arguments[Conversation.OWN + 2] = Conversation.number(most);
        arguments[Conversation.OWN + 3] = Conversation.number(PAGE_BYTES);
        Answer answer = ask(Script.READ, arguments);
        String life = answer.text();
        long revision = answer.number();
        conversation.known().saw(life, revision);
        boolean isMore = answer.text().equals("1");
        List<Entry> entries = new ArrayList<>();
        while (answer.hasNext()) {
            String key = answer.text();
            entries.add(Answer.entry(key, answer.bytes()));
        }
        return new Page(life, revision, entries, isMore && !entries.isEmpty());
    }

    /**
     * What is new after a position.
     *
     * @param life of which life
     * @param revision the store's
     * @param base where the life began, or was moved on to: what was before is not known
     * @param isRead whether the changes were read
     * @param changes whole commits, in order
     * @param from the first commit's revision, 0 without one
     * @param reached all commits up to this revision are in the changes
     */
    record News(
            String life,
            long revision,
            long base,
            boolean isRead,
            List<Change> changes,
            long from,
            long reached) {
        /** Whether changes in between are not to be had: revisions follow each other. */
        boolean isGapAfter(long position) {
            return isRead
                    && position < revision
                    && (position < base || from != position + 1 || reached <= position);
        }
    }

    /** What is new after a position, of whatever topics if one of these has news. */
    News changes(long position, int commits, List<Integer> topics, List<String> ties, TieBook book)
            throws InterruptedException {
        Session session = link.session(Link.nanos(timeout));
        long asked = System.nanoTime();
        Answer answer =
                ask(session, Script.CHANGES, changesArguments(position, commits, topics, ties));
        News news = news(answer, position);
        sawTies(answer.list(), ties, book, new Scene(session, news.life()), asked);
        return news;
    }

    /** Over which connection and in which life ties were seen. */
    private record Scene(Session session, String life) {}

    private News news(long position, int commits, List<Integer> topics, List<String> ties)
            throws InterruptedException {
        return news(
                ask(Script.CHANGES, changesArguments(position, commits, topics, ties)), position);
    }

    private byte[][] changesArguments(
            long position, int commits, List<Integer> topics, List<String> ties) {
        boolean isAll = topics.contains(Topic.ALL);
        int count = isAll ? 0 : topics.size();
        byte[][] arguments = conversation.arguments(3 + count + ties.size());
        int at = Conversation.OWN;
        arguments[at++] = position < 0 ? NOTHING : Conversation.number(position);
        arguments[at++] = Conversation.number(commits);
        arguments[at++] = isAll ? Names.bytes("*") : Conversation.number(count);
        for (int topic = 0; topic < count; topic++) {
            arguments[at++] = Conversation.number(topics.get(topic));
        }
        for (String tie : ties) {
            arguments[at++] = Names.bytes(conversation.names().tie(tie));
        }
        return arguments;
    }

    private News news(Answer answer, long position) {
        String life = answer.text();
        long revision = answer.number();
        conversation.known().saw(life, revision);
        long base = answer.number();
        boolean isRead = answer.text().equals("1");
        Answer commits = answer.list();
        List<Change> changes = new ArrayList<>();
        long from = 0;
        long reached = position;
        while (commits.hasNext()) {
            Answer commit = commits.list();
            String id = commit.text();
            long at = Long.parseLong(id.substring(0, id.indexOf('-')));
            if (from == 0) {
                from = at;
            } else if (at != reached + 1) {
                // Somebody removed commits in the middle: what follows is read as after a gap.
                break;
            }
            reached = at;
            Answer fields = commit.list();
            while (fields.hasNext()) {
                String key = fields.text();
                byte[] packed = fields.bytes();
                Entry now = packed.length == 0 ? null : Answer.entry(key, packed);
                changes.add(new Change(key, now, at));
            }
        }
        return new News(life, revision, base, isRead, changes, from, reached);
    }

    private static void sawTies(
            Answer answer, List<String> ties, TieBook book, Scene scene, long asked) {
        for (String tie : ties) {
            if (answer.left() < 2) {
                return;
            }
            String unused = answer.text();
            book.saw(tie, answer.number() > 0, scene, asked);
        }
    }

    /** Looks at ties once; leaves it if it is not quick. */
    void ties(TieBook book) {
        Session session = link.now();
        long asked = System.nanoTime();
        List<String> ties = book.wanted(asked);
        if (session == null || ties.isEmpty()) {
            return;
        }
        byte[][] arguments = changesArguments(-1, 1, List.of(), ties);
        CompletableFuture<List<Object>> reply =
                session.run(Script.CHANGES, conversation.names().keys(), arguments);
        try {
            Answer answer = new Answer(reply.get(TIES_MILLIS, TimeUnit.MILLISECONDS));
            News news = news(answer, -1);
            sawTies(answer.list(), ties, book, new Scene(session, news.life()), asked);
        } catch (ExecutionException | TimeoutException e) {
            // A hint: the next look comes by itself.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The changes of a range after a position, from the server; none at all if there is a gap. */
    Tail.Found page(Range range, long after, int commits, String life) throws InterruptedException {
        News news = news(after, commits, List.of(Topic.ALL), List.of());
        if (!news.life().equals(life) || news.isGapAfter(after) || after > news.revision()) {
            return new Tail.Found(null, after);
        }
        List<Change> found =
                news.changes().stream().filter(change -> range.contains(change.key())).toList();
        return new Tail.Found(found, news.reached());
    }

    /** What a script says that has keys of its own. */
    Answer ask(Script script, byte[][] keys, byte[][] arguments) throws InterruptedException {
        return ask(link.session(Link.nanos(timeout)), script, keys, arguments);
    }

    private Answer ask(Script script, byte[][] arguments) throws InterruptedException {
        return ask(link.session(Link.nanos(timeout)), script, arguments);
    }

    private Answer ask(Session session, Script script, byte[][] arguments)
            throws InterruptedException {
        return ask(session, script, conversation.names().keys(), arguments);
    }

    private Answer ask(Session session, Script script, byte[][] keys, byte[][] arguments)
            throws InterruptedException {
        try {
            return new Answer(
                    session.run(script, keys, arguments)
                            .get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            link.drop(session);
            throw new StoreUnavailableException(
                    "Redis at %s did not answer within %d ms."
                            .formatted(session.address(), timeout.toMillis()));
        } catch (ExecutionException e) {
            RosterException failure =
                    Failure.of(session.address(), e, conversation.secrets(), isTls);
            throw new StoreUnavailableException(String.valueOf(failure.getMessage()));
        }
    }
}
