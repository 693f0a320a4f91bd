package dev.roster.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Affinity;
import dev.roster.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
    private static final List<String> HOSTILE =
            List.of(
                    "",
                    "\\",
                    "\n",
                    ",",
                    "=",
                    "a=b\nc=d",
                    "\\n",
                    "\\,",
                    ",,",
                    "\u0000",
                    "é🚀",
                    "\r");

    @Test
    void everyTextComesBackAsItWas() throws CorruptRecordException {
        for (String text : HOSTILE) {
            Bytes bytes = Fields.of("t").put("a", text).put("b", "end").toBytes();
            Fields in = Fields.parse("t", bytes);
            assertThat(in.text("a")).isEqualTo(text);
            assertThat(in.text("b")).isEqualTo("end");
        }
    }

    @Test
    void everyListComesBackAsItWas() throws CorruptRecordException {
        Random random = new Random(7);
        for (int round = 0; round < 1000; round++) {
            List<String> list = new ArrayList<>();
            for (int item = random.nextInt(5); item > 0; item--) {
                list.add(
                        HOSTILE.get(random.nextInt(HOSTILE.size()))
                                + HOSTILE.get(random.nextInt(HOSTILE.size())));
            }
            Bytes bytes = Fields.of("t").put("list", list).put("n", -5).toBytes();
            Fields in = Fields.parse("t", bytes);
            assertThat(in.list("list")).isEqualTo(list);
            assertThat(in.number("n")).isEqualTo(-5);
        }
    }

    @Test
    void unknownFieldsArePassedOver() throws CorruptRecordException {
        Bytes newer = Fields.of("group").put("lease", 5).put("later", "x").toBytes();
        assertThat(GroupRecord.parse(newer)).isEqualTo(new GroupRecord(5));
        assertThat(Fields.parse("group", newer).text("none", "otherwise")).isEqualTo("otherwise");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "t",
                "t 2\na=1",
                "u 1\na=1",
                "t 1\nno field",
                "t 1\n",
                "t 1\nb=1",
                "t 1\na=x",
                "t 1\na=",
                "t 1\na=99999999999999999999"
            })
    void whatIsNoSuchRecordIsSaidToBeCorrupt(String stored) {
        assertThatThrownBy(() -> Fields.parse("t", Bytes.utf8(stored)).number("a"))
                .isInstanceOf(CorruptRecordException.class);
    }

    @Test
    void listsThatAreCutShortAreCorrupt() {
        for (String stored : List.of("t 1\na=x", "t 1\na=x,y", "t 1\na=x\\", "t 1\na=x\\,")) {
            assertThatThrownBy(() -> Fields.parse("t", Bytes.utf8(stored)).list("a"))
                    .isInstanceOf(CorruptRecordException.class);
        }
    }

    @Test
    void tooManyFieldsAreCorrupt() {
        Fields out = Fields.of("t");
        for (int field = 0; field < 65; field++) {
            out.put("f" + field, field);
        }
        assertThatThrownBy(() -> Fields.parse("t", out.toBytes()))
                .isInstanceOf(CorruptRecordException.class);
    }

    @Test
    void recordsComeBackAsTheyWere() throws CorruptRecordException {
        MemberRecord member =
                new MemberRecord("n~1", "n", 3, "v\n", "r,", "", "{\"a\":\"\\n\"}", 9);
        assertThat(MemberRecord.parse(member.toBytes())).isEqualTo(member);
        ViewRecord view = new ViewRecord(4, List.of("a,~1", "b\\~2"), List.of());
        assertThat(ViewRecord.parse(view.toBytes())).isEqualTo(view);
        KeyRecord key = new KeyRecord(KeyRecord.State.FAILED, 2, "why\nnot", "m", 5, 6, 7);
        assertThat(KeyRecord.parse(key.toBytes())).isEqualTo(key);
        OwnerRecord owner = new OwnerRecord("a~1", 2);
        assertThat(OwnerRecord.parse(owner.toBytes())).isEqualTo(owner);
        EraRecord era = new EraRecord(1, "store", true);
        assertThat(EraRecord.parse(era.toBytes())).isEqualTo(era);
        DivisionRecord division = new DivisionRecord(0, Affinity.Policy.PROPORTIONAL);
        assertThat(DivisionRecord.parse(division.toBytes())).isEqualTo(division);
        ParticipantRecord part = new ParticipantRecord(Affinity.NONE, 2, 3, true);
        assertThat(ParticipantRecord.parse(part.toBytes())).isEqualTo(part);
        PlanRecord plan = new PlanRecord(8, "p~1", "digest");
        assertThat(PlanRecord.parse(plan.toBytes())).isEqualTo(plan);
        MoveRecord move = new MoveRecord(1, "p", "why", 2, List.of("k,|a|b"), 7);
        assertThat(MoveRecord.parse(move.toBytes())).isEqualTo(move);
    }

    @Test
    void aFailuresMessageIsCutToItsLimit() {
        KeyRecord key = new KeyRecord(KeyRecord.State.FAILED, 1, "e".repeat(9999), "", 0, 0, 0);
        assertThat(key.error()).hasSize(2001).endsWith("…");
    }

    @Test
    void tokensGrowWithTheEraAndThenTheRevision() {
        assertThat(OwnerRecord.token(1, 1)).isGreaterThan(OwnerRecord.token(0, 1L << 39));
        assertThat(OwnerRecord.token(1, 2)).isGreaterThan(OwnerRecord.token(1, 1));
        assertThat(OwnerRecord.revisionOf(OwnerRecord.token(3, 12345))).isEqualTo(12345);
    }
}
