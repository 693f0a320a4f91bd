package dev.roster.cli;

import dev.roster.Bytes;
import dev.roster.Codec;
import dev.roster.flow.Value;
import dev.roster.flow.Values;
import dev.roster.store.Store;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what a key of a store holds. */
@Command(
        name = "get",
        description = "Prints what a key of the store holds, byte for byte.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:printed",
            "1:the key does not exist, or an error; the message on stderr says which",
            "2:the command line is wrong",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster get -s sqlite:work.db settings/limit",
            "  roster get -s sqlite:work.db settings/limit --json | jq .version"
        })
final class GetCommand implements Callable<Integer> {
    @Mixin StoreChoice where = new StoreChoice();

    @Option(
            names = "--json",
            description =
                    "Writes an object: key, value (base64 if it is no text), version, or found: false.")
    private boolean json;

    @Parameters(paramLabel = "KEY", description = "The key, with its path.")
    private String key = "";

    @Override
    public Integer call() {
        try (Store store = where.open()) {
            Optional<Value<Bytes>> found = Values.of(store, "", Codec.BYTES).get(key);
            if (found.isEmpty()) {
                System.err.printf("roster: The key \"%s\" does not exist.%n", key);
                if (json) {
                    System.out.println(new Json().put("key", key).put("found", false));
                }
                return ExitCodes.ERROR;
            }
            Value<Bytes> value = found.get();
            if (json) {
                System.out.println(
                        ValueTexts.json(new Json().put("key", key), value.value())
                                .put("version", value.version()));
            } else {
                byte[] bytes = value.value().toArray();
                System.out.write(bytes, 0, bytes.length);
                System.out.flush();
            }
            return ExitCodes.OK;
        }
    }
}
