package dev.roster.cli;

import dev.roster.Bytes;
import dev.roster.Codec;
import dev.roster.flow.Values;
import dev.roster.store.Store;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes a key of a store. */
@Command(
        name = "delete",
        description = "Deletes a key of the store. One that does not exist stays so.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it does not exist now",
            "1:not deleted, because of another version or an error; or not known (says so)",
            "2:the command line is wrong",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster delete -s sqlite:work.db settings/limit",
            "  roster delete -s sqlite:work.db settings/limit --expect 42"
        })
final class DeleteCommand implements Callable<Integer> {
    @Mixin StoreChoice where = new StoreChoice();

    @Option(
            names = "--expect",
            paramLabel = "VERSION",
            description = "Deletes only if the key is of this version.")
    private @Nullable Long expect;

    @Parameters(paramLabel = "KEY", description = "The key, with its path.")
    private String key = "";

    @Override
    public Integer call() {
        try (Store store = where.open();
                Values<Bytes> values = Values.of(store, "", Codec.BYTES)) {
            Long expected = expect;
            if (expected == null) {
                values.delete(key);
            } else {
                values.delete(key, expected);
            }
            return ExitCodes.OK;
        }
    }
}
