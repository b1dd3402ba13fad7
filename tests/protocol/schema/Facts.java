import java.lang.reflect.Field;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.errors.RefreshRetriableException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import sun.misc.Unsafe;

/**
 * Prints what only the classes of the jar know, not its schemas: "error code name retriable refresh" for each error code, and
 * "throttle key version" for each API whose client must honour throttle_time_ms by itself from that version on.
 */
public class Facts {
    public static void main(String[] args) throws Exception {
        for (Errors error : Errors.values()) {
            Throwable e = error.exception();
            String refresh = e instanceof InvalidMetadataException ? "metadata"
                : e instanceof RefreshRetriableException ? "coordinator" : "none";
            System.out.println(String.join(" ", "error", Short.toString(error.code()), error.name(),
                Boolean.toString(e instanceof RetriableException), refresh));
        }
        for (ApiKeys key : ApiKeys.values()) {
            Class<?> type = responseClass(key);
            if (type != null) throttle(key, type);
        }
    }

    private static Class<?> responseClass(ApiKeys key) throws ClassNotFoundException {
        String name = key == ApiKeys.OFFSET_FOR_LEADER_EPOCH ? "OffsetsForLeaderEpoch" : key.name;
        try {
            return Class.forName("org.apache.kafka.common.requests." + name + "Response");
        } catch (ClassNotFoundException e) {
            return null; // an API that is no more
        }
    }

    /** Responses have no constructor in common, and the question needs no content: so one is made without. */
    private static void throttle(ApiKeys key, Class<?> type) throws Exception {
        Field unsafe = Unsafe.class.getDeclaredField("theUnsafe");
        unsafe.setAccessible(true);
        Unsafe maker = (Unsafe) unsafe.get(null);
        AbstractResponse response = (AbstractResponse) maker.allocateInstance(type);
        Field apiKey = AbstractResponse.class.getDeclaredField("apiKey");
        maker.putObject(response, maker.objectFieldOffset(apiKey), key);
        for (short version = key.oldestVersion(); version <= key.latestVersion(); ++version) {
            if (!response.shouldClientThrottle(version)) continue;
            System.out.println("throttle " + key.id + " " + version);
            return;
        }
    }
}
