package dev.roster.cli;

import dev.roster.Bytes;
import dev.roster.Codec;
import dev.roster.InvalidInputException;
import dev.roster.flow.Values;
import dev.roster.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a key of a store. */
@Command(
        name = "put",
        description = "Writes a key of the store, and prints its new version.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:written",
            "1:not written, because of another version or an error; or not known (says so)",
            "2:the command line is wrong",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster put -s sqlite:work.db settings/limit 7",
            "  roster put -s sqlite:work.db settings/limit 8 --expect 42",
            "  roster put -s sqlite:work.db sessions/anna here --ttl 30m",
            "  roster put -s sqlite:work.db settings/logo - < logo.png"
        })
final class PutCommand implements Callable<Integer> {
    @Mixin StoreChoice where = new StoreChoice();

    @Option(
            names = "--expect",
            paramLabel = "VERSION",
            description =
                    "Writes only if the key is of this version; 0: only if it does not exist.")
    private @Nullable Long expect;

    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            description = {
                "Time to live: the key is removed when nobody has written it for so long, 100ms to",
                "8760h, by a process that watches it for that, such as roster tail --expire."
            })
    private @Nullable Duration timeToLive;

    @Option(names = "--json", description = "Writes an object: key, version.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "KEY", description = "The key, with its path.")
    private String key = "";

    @Parameters(
            index = "1",
            paramLabel = "VALUE",
            description = "The value, as text; - reads it from standard input, byte for byte.")
    private String value = "";

    @Override
    public Integer call() throws IOException {
        if (expect != null && timeToLive != null) {
            throw new InvalidInputException(
                    "A key is written if it is of a version, or with a time to live: give one of --expect and --ttl.");
        }
        Bytes bytes = value.equals("-") ? Bytes.of(System.in.readAllBytes()) : Bytes.utf8(value);
        try (Store store = where.open();
                Values<Bytes> values = Values.of(store, "", Codec.BYTES)) {
            long version = written(values, bytes);
            System.out.println(
                    json
                            ? new Json().put("key", key).put("version", version).toString()
                            : Long.toString(version));
            return ExitCodes.OK;
        }
    }

    private long written(Values<Bytes> values, Bytes bytes) {
        Long expected = expect;
        if (expected != null) {
            return values.put(key, bytes, expected);
        }
        Duration time = timeToLive;
        return time == null ? values.put(key, bytes) : values.put(key, bytes, time);
    }
}
