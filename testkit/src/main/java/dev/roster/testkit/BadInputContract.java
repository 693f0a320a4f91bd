package dev.roster.testkit;

import static dev.roster.testkit.Stage.DIVISION;
import static dev.roster.testkit.Stage.GROUP;
import static dev.roster.testkit.Stage.await;
import static dev.roster.testkit.Stage.awaitOwned;
import static dev.roster.testkit.Stage.awaitView;
import static dev.roster.testkit.Stage.fast;
import static dev.roster.testkit.Stage.keys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Entry;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.Operation;
import dev.roster.Problem;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.group.Group;
import dev.roster.protocol.Layout;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.testkit.Stage.Actor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Names that are too long or not clean are refused before anything is written, and records that
 * cannot be read stop nobody, on any store. A store's test extends this class and says how to open
 * it.
 */
@Timeout(60)
public abstract class BadInputContract {
    private static final List<String> NOT_CLEAN =
            List.of("", "a\nb", "tab\t", "\u0000", "e\u0301", "\ud800", "x\u0085y");

    private static final Bytes GARBAGE = Bytes.of(new byte[] {0, -1, 'g', '\n', -128, '=', 7});

    private final Layout layout = new Layout(GROUP);
    private final Layout.Division division = layout.division(DIVISION);
    private Stage stage;

    /** Opens another handle on the same content, as another process would; new for each test. */
    protected abstract Store open();

    @BeforeEach
    final void openStage() {
        stage = new Stage(this::open);
    }

    @AfterEach
    final void closeStage() {
        stage.close();
    }

    private void refused(String limit, ThrowingCallable call) {
        Store store = stage.store();
        List<String> before = names(store);
        assertThatThrownBy(call)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(limit);
        assertThat(names(store)).isEqualTo(before);
    }

    /** All records but those that the group at work writes by itself. */
    private List<String> names(Store store) {
        List<String> names = new ArrayList<>();
        for (Entry entry : store.read(Range.prefix("")).entries()) {
            String name = entry.key();
            if (!name.equals(layout.view()) && !name.equals(division.plan())) {
                names.add(name);
            }
        }
        return names;
    }

    @Test
    protected void namesAboveALimitAreRefusedWithTheLimitAndNothingIsWritten() {
        Store store = stage.store();
        String long201 = "x".repeat(Limits.NAME_BYTES + 1);
        String wide201 = "é".repeat(100) + "x";
        for (String name : List.of(long201, wide201)) {
            refused("limit is 1 to 200", () -> Group.join(store, name));
            refused("limit is 1 to 200", () -> fast(name));
            refused("limit is 1 to 200", () -> fast("x").withVersion(name));
            refused("limit is 1 to 200", () -> fast("x").withReplaces(name));
        }
        refused(
                "limit is 16384",
                () -> fast("x").withMetadata("m".repeat(Limits.METADATA_BYTES + 1)));
        refused("limit is", () -> fast("x").withLease(Duration.ofMillis(999)));
        Actor one = stage.work("one");
        refused("limit is 1 to 200", () -> Division.of(one.member(), long201));
        String long513 = "k".repeat(Limits.KEY_BYTES + 1);
        refused("limit is 1 to 512", () -> one.division().keys().add(long513));
        List<String> oneBad = new ArrayList<>(keys("k", 2000));
        oneBad.add(long513);
        refused("limit is 1 to 512", () -> one.division().keys().add(oneBad));
        assertThat(one.division().keys().list("")).isEmpty();
    }

    @Test
    protected void namesThatAreNotCleanAreRefused() {
        Store store = stage.store();
        Actor one = stage.work("one");
        for (String name : NOT_CLEAN) {
            refused("", () -> Group.join(store, name));
            refused("", () -> Division.of(one.member(), name));
            refused("", () -> one.division().keys().add(List.of("good", name)));
        }
        assertThat(one.division().keys().list("")).isEmpty();
    }

    @Test
    protected void namesAtTheirLimitsAndOddOnesWork() {
        List<String> odd =
                List.of(
                        "k".repeat(Limits.KEY_BYTES),
                        "/",
                        "..",
                        "%",
                        "%2F",
                        "a|b,c=d\\e",
                        " ",
                        "'; DROP TABLE entries; --",
                        "\"",
                        "é",
                        "\uD83D\uDE80",
                        "\uFFFD",
                        "k/t/o/r");
        String group = "%/\\,|'".repeat(33);
        String name = "~/%|\\,=".repeat(28);
        var member = stage.join(stage.store(), group, fast(name).withMetadata("\\n,\n=\u0000"));
        Division oddly = Division.of(member, group);
        oddly.listen(stage.log.confirming(name, oddly));
        oddly.keys().add(odd);
        await("all odd keys", () -> stage.log.count(KeyLog.Kind.START) == odd.size());
        for (String key : odd) {
            assertThat(oddly.keys().state(key).orElseThrow().owner()).isEqualTo(name);
        }
        assertThat(stage.problems).isEmpty();
        assertThat(oddly.keys().remove(odd)).isEqualTo(odd.size());
        await("none", () -> oddly.held().isEmpty());
    }

    private void corrupt(Store store, String key) {
        Operation put = new Operation.Put(key, GARBAGE);
        assertThat(store.commit(new Commit(null, List.of(), List.of(put))))
                .isInstanceOf(CommitResult.Applied.class);
    }

    /** A group at work, so that something is there to be spoilt. */
    private Actor[] atWork() {
        Actor[] two = {stage.work("a"), stage.work("b")};
        two[0].division().keys().add(keys("k", 10));
        awaitOwned(keys("k", 10), two);
        awaitView(two);
        return two;
    }

    @Test
    protected void anUnreadableMemberIsReportedAndSkipped() {
        Actor[] two = atWork();
        corrupt(stage.store(), layout.member("stranger~1"));
        corrupt(stage.store(), layout.ack("stranger~1"));
        corrupt(stage.store(), layout.beat("stranger~1"));
        corrupt(stage.store(), division.participant("stranger~1"));
        await("reported", () -> reported(layout.member("stranger~1")));
        await("reported", () -> reported(division.participant("stranger~1")));
        Actor third = stage.work("third");
        awaitView(two[0], two[1], third);
        awaitOwned(keys("k", 10), two[0], two[1], third);
    }

    private boolean reported(String storeKey) {
        return stage.hasProblem(Problem.Kind.CORRUPT_RECORD, storeKey);
    }

    @Test
    protected void aMemberWhoseOwnRecordsAreSpoiltComesBack() {
        Actor[] two = atWork();
        corrupt(stage.store(), division.participant(two[1].member().incarnation()));
        corrupt(stage.store(), layout.ack(two[1].member().incarnation()));
        corrupt(stage.store(), layout.beat(two[1].member().incarnation()));
        String before = two[0].member().incarnation();
        corrupt(stage.store(), layout.member(before));
        await("another incarnation", () -> !two[0].member().incarnation().equals(before));
        awaitView(two);
        awaitOwned(keys("k", 10), two);
        two[0].division().keys().add("more");
        await("more", () -> stage.log.starts("more") == 1);
    }

    @Test
    protected void anUnreadableKeyIsReportedShownAndSkipped() {
        Actor[] two = atWork();
        corrupt(stage.store(), division.key("k0003"));
        await("reported", () -> reported(division.key("k0003")));
        List<String> rest = new ArrayList<>(keys("k", 10));
        rest.remove("k0003");
        awaitOwned(rest, two);
        assertThat(two[0].division().keys().state("k0003").orElseThrow().error())
                .contains("cannot be read");
        assertThat(two[0].division().keys().retry(List.of("k0003"))).isEqualTo(1);
        awaitOwned(keys("k", 10), two);
    }

    @Test
    protected void unreadableOwnersTargetsAndPlansAreReplaced() {
        Actor[] two = atWork();
        Store store = stage.store();
        corrupt(store, division.owner("k0001"));
        corrupt(store, division.target("k0002"));
        corrupt(store, division.returned("k0003"));
        corrupt(store, division.plan());
        corrupt(store, division.change(1));
        await("reported", () -> reported(division.owner("k0001")));
        await("reported", () -> reported(division.plan()));
        two[0].division().keys().add("more");
        List<String> all = new ArrayList<>(keys("k", 10));
        all.add("more");
        awaitOwned(all, two);
        two[0].member().cancel();
        awaitOwned(all, two[1]);
    }

    @Test
    protected void anUnreadableViewIsReplacedBehindTheBarrier() {
        Actor[] two = atWork();
        try (SlotWitness witness = new SlotWitness(two)) {
            long before = two[0].member().slot().orElseThrow().generation();
            corrupt(stage.store(), layout.view());
            await("reported", () -> reported(layout.view()));
            await(
                    "a later view",
                    () ->
                            two[0].member()
                                    .slot()
                                    .filter(slot -> slot.generation() > before)
                                    .isPresent());
            awaitView(two);
            assertThat(witness.violations()).isEmpty();
        }
    }

    @Test
    protected void unreadableAgreementsOfTheGroupAreRepairedByItsMembers() {
        Actor[] two = atWork();
        Store store = stage.store();
        corrupt(store, layout.group());
        corrupt(store, division.division());
        await("reported", () -> reported(layout.group()));
        await("reported", () -> reported(division.division()));
        Actor third = stage.work(fast("third"), DivisionOptions.defaults());
        awaitView(two[0], two[1], third);
        awaitOwned(keys("k", 10), two[0], two[1], third);
    }

    @Test
    protected void anUnreadableEraBeginsAnother() {
        Actor[] two = atWork();
        long token = two[0].division().held().getFirst().token();
        String key = two[0].division().held().getFirst().key();
        corrupt(stage.store(), layout.era());
        await("reported", () -> reported(layout.era()));
        await("its key again", () -> owner(key, two) > token);
        awaitOwned(keys("k", 10), two);
        awaitView(two);
    }

    private static long owner(String key, Actor... actors) {
        long token = 0;
        for (Actor actor : actors) {
            token = Math.max(token, actor.division().held(key).map(one -> one.token()).orElse(0L));
        }
        return token;
    }
}
