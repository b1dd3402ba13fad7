import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;

/**
 * Prints a line "message version filling bytes; json" for every version of the wanted messages. The fillings are "default" (a
 * new object), "full" (every field set, nothing null) and "1" to "5" (drawn at random, each from a fixed seed). The values are drawn
 * from the schemas in the jar, turned into objects by Kafka's JSON converters, and written by Kafka's generated classes.
 *
 * Arguments: API keys. Headers and the consumer protocol are always among the messages.
 */
public class Golden {
    private static final List<String> ALWAYS = List.of("RequestHeader", "ResponseHeader",
        "ConsumerProtocolSubscription", "ConsumerProtocolAssignment");
    private static final List<String> FILLINGS = List.of("default", "full", "1", "2", "3", "4", "5");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    public static void main(String[] keys) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (JsonNode schema : schemas(Arrays.asList(keys))) {
            Versions valid = new Versions(schema.get("validVersions").asText());
            for (int version = valid.first; version <= valid.last; ++version)
                for (String filling : FILLINGS)
                    out.println(line(schema, (short) version, filling));
        }
        out.flush();
    }

    private static Iterable<JsonNode> schemas(List<String> keys) throws Exception {
        ObjectMapper mapper = new ObjectMapper().enable(JsonParser.Feature.ALLOW_COMMENTS);
        Map<String, JsonNode> found = new TreeMap<>();
        for (String name : Schemas.names()) {
            try (InputStream in = Golden.class.getResourceAsStream("/common/message/" + name + ".json")) {
                JsonNode schema = mapper.readTree(in);
                boolean wanted = schema.has("apiKey") && keys.contains(schema.get("apiKey").asText());
                if (wanted || ALWAYS.contains(name)) found.put(name, schema);
            }
        }
        return found.values();
    }

    private static String line(JsonNode schema, short version, String filling) throws Exception {
        String name = schema.get("name").asText();
        boolean data = schema.get("type").asText().equals("data");
        Class<?> type = Class.forName("org.apache.kafka.common.message." + name + (data ? "" : "Data"));
        Class<?> converter = Class.forName(type.getName() + "JsonConverter");
        Message message = filling.equals("default")
            ? (Message) type.getConstructor().newInstance()
            : (Message) converter.getMethod("read", JsonNode.class, short.class)
                .invoke(null, new Filler(schema, version, filling).fill(), version);
        Object json = converter.getMethod("write", type, short.class, boolean.class)
            .invoke(null, message, version, false);
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(message, version).buffer();
        return String.join(" ", name, Short.toString(version), filling,
            HexFormat.of().formatHex(MessageUtil.byteBufferToArray(bytes)) + ";", json.toString());
    }

    /** A range such as "3+", "0-5" or "none". */
    private static final class Versions {
        final int first;
        final int last;

        Versions(String text) {
            String[] ends = text.equals("none") ? new String[] {"1", "0"} : text.replace("+", "-32767").split("-");
            first = Integer.parseInt(ends[0]);
            last = Integer.parseInt(ends[ends.length - 1]);
        }

        static boolean has(JsonNode field, String attribute, int version) {
            if (!field.has(attribute)) return false;
            Versions v = new Versions(field.get(attribute).asText());
            return v.first <= version && version <= v.last;
        }
    }

    /** Draws values for one version of one message. */
    private static final class Filler {
        private static final String[] TEXTS = {"", "a", "orders", "naïve 🔑 ключ 鍵", "\"quoted\" \\ \t\u0001"};

        private final JsonNode schema;
        private final int version;
        private final boolean full;
        private final Random random;
        private final Map<String, JsonNode> common = new HashMap<>();

        Filler(JsonNode schema, int version, String filling) {
            this.schema = schema;
            this.version = version;
            this.full = filling.equals("full");
            this.random = new Random((schema.get("name").asText() + version + filling).hashCode());
            if (schema.has("commonStructs"))
                for (JsonNode struct : schema.get("commonStructs"))
                    common.put(struct.get("name").asText(), struct.get("fields"));
        }

        ObjectNode fill() {
            return struct(schema.get("fields"));
        }

        private ObjectNode struct(JsonNode fields) {
            ObjectNode node = JSON.objectNode();
            for (JsonNode field : fields) {
                String present = field.has("versions") ? "versions" : "taggedVersions";
                if (!Versions.has(field, present, version)) continue;
                if (field.has("tag") && !full && oneIn(3)) continue; // stays at its default
                String name = field.get("name").asText();
                node.set(Character.toLowerCase(name.charAt(0)) + name.substring(1), value(field));
            }
            return node;
        }

        private JsonNode value(JsonNode field) {
            boolean nullable = Versions.has(field, "nullableVersions", version);
            if (nullable && !full && oneIn(4)) return JSON.nullNode();
            String type = field.get("type").asText();
            if (!type.startsWith("[]")) return single(type, field);
            ArrayNode list = JSON.arrayNode();
            for (int n = count(type); n > 0; --n) list.add(single(type.substring(2), field));
            return list;
        }

        /** Long arrays need a second byte for their count; only small elements are worth it. */
        private int count(String type) {
            if (type.startsWith("[]int") && oneIn(12)) return 130;
            return full ? 1 + random.nextInt(2) : random.nextInt(3);
        }

        private JsonNode single(String type, JsonNode field) {
            switch (type) {
                case "bool": return JSON.booleanNode(full || random.nextBoolean());
                case "int8": return JSON.numberNode((byte) number(Byte.MIN_VALUE, Byte.MAX_VALUE));
                case "int16": return JSON.numberNode((short) number(Short.MIN_VALUE, Short.MAX_VALUE));
                case "int32": return JSON.numberNode((int) number(Integer.MIN_VALUE, Integer.MAX_VALUE));
                case "int64": return JSON.numberNode(number(Long.MIN_VALUE, Long.MAX_VALUE));
                case "uuid": return JSON.textNode(uuid().toString());
                case "string": return JSON.textNode(text());
                case "bytes", "records": return JSON.binaryNode(bytes());
                default: return struct(field.has("fields") ? field.get("fields") : common.get(type));
            }
        }

        private long number(long least, long greatest) {
            switch (random.nextInt(full ? 2 : 8)) {
                case 2: return 0;
                case 3: return -1;
                case 4: return least;
                case 5: return greatest;
                default: return random.nextLong();
            }
        }

        private Uuid uuid() {
            return !full && oneIn(6) ? Uuid.ZERO_UUID : new Uuid(random.nextLong(), random.nextLong());
        }

        private String text() {
            int first = full ? 1 : 0; // the empty one
            if (!oneIn(30)) return TEXTS[random.nextInt(first, TEXTS.length)];
            return random.ints(126 + random.nextInt(175), 'a', 'z' + 1)
                .mapToObj(Character::toString).collect(Collectors.joining());
        }

        private byte[] bytes() {
            byte[] bytes = new byte[oneIn(15) ? 126 + random.nextInt(175) : random.nextInt(full ? 1 : 0, 12)];
            random.nextBytes(bytes);
            return bytes;
        }

        private boolean oneIn(int n) {
            return random.nextInt(n) == 0;
        }
    }

    /** The names of the schemas in the jar. */
    private static final class Schemas {
        static List<String> names() throws Exception {
            var place = Message.class.getProtectionDomain().getCodeSource().getLocation();
            try (var jar = new java.util.jar.JarFile(new java.io.File(place.toURI()))) {
                return jar.stream().map(e -> e.getName())
                    .filter(n -> n.startsWith("common/message/") && n.endsWith(".json"))
                    .map(n -> n.substring("common/message/".length(), n.length() - ".json".length()))
                    .collect(Collectors.toList());
            }
        }
    }
}
