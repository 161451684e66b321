import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.wechat.pay.java.core.Config;
import com.wechat.pay.java.core.RSAAutoCertificateConfig;
import com.wechat.pay.java.core.RSAPublicKeyConfig;
import com.wechat.pay.java.core.notification.NotificationConfig;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.notification.RSACombinedNotificationConfig;
import com.wechat.pay.java.core.notification.RequestParam;
import com.wechat.pay.java.service.payments.model.Transaction;
import com.wechat.pay.java.service.payments.nativepay.NativePayService;
import com.wechat.pay.java.service.payments.nativepay.model.CloseOrderRequest;
import com.wechat.pay.java.service.payments.nativepay.model.QueryOrderByIdRequest;
import com.wechat.pay.java.service.payments.nativepay.model.QueryOrderByOutTradeNoRequest;
import com.wechat.pay.java.service.refund.RefundService;
import com.wechat.pay.java.service.refund.model.CreateRequest;
import com.wechat.pay.java.service.refund.model.QueryByOutRefundNoRequest;
import com.wechat.pay.java.service.refund.model.RefundNotification;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The official Java SDK, asked line by line what to do: see process-client.ts. */
public final class Client {
  private static final Gson GSON = new Gson();

  private final String mchid;
  private final NativePayService payments;
  private final RefundService refunds;
  private final Orders orders;
  private final NotificationParser parser;

  private Client(JsonObject setup) {
    String appid = setup.get("appid").getAsString();
    mchid = setup.get("mchid").getAsString();
    String mode = setup.get("mode").getAsString();
    JsonObject keys = setup.getAsJsonObject("keys");
    JsonObject merchant = keys.getAsJsonArray("merchant").get(0).getAsJsonObject();
    JsonObject publicKey = keys.getAsJsonObject("public_key");
    String key = merchant.get("private_key_pem").getAsString();
    String serial = merchant.get("serial_no").getAsString();
    String apiV3Key = keys.get("apiv3_key").getAsString();
    String id = publicKey.get("id").getAsString();
    String pem = publicKey.get("public_key_pem").getAsString();
    Config config;
    NotificationConfig notifications;
    if (mode.equals("certificate")) {
      RSAAutoCertificateConfig own = new RSAAutoCertificateConfig.Builder()
          .merchantId(mchid).privateKey(key).merchantSerialNumber(serial).apiV3Key(apiV3Key).build();
      config = own;
      notifications = own;
    } else {
      RSAPublicKeyConfig own = new RSAPublicKeyConfig.Builder()
          .merchantId(mchid).privateKey(key).merchantSerialNumber(serial).apiV3Key(apiV3Key)
          .publicKey(pem).publicKeyId(id).build();
      config = own;
      notifications = mode.equals("public_key") ? own : new RSACombinedNotificationConfig.Builder()
          .merchantId(mchid).privateKey(key).merchantSerialNumber(serial).apiV3Key(apiV3Key)
          .publicKey(pem).publicKeyId(id).build();
    }
    parser = new NotificationParser(notifications);
    payments = new NativePayService.Builder().config(config).build();
    refunds = new RefundService.Builder().config(config).build();
    orders = new Orders(config, appid, mchid, setup.get("notifyUrl").getAsString());
  }

  private Object call(String call, JsonObject given) {
    switch (call) {
      case "prepay_native":
        return orders.nativePay(given);
      case "prepay_jsapi":
        return Orders.object("prepay_id", orders.jsapi(given).getPackageVal().replace("prepay_id=", ""));
      case "pay_params_jsapi":
        return parametersOf(orders.jsapi(given));
      case "prepay_app":
        return Orders.object("prepay_id", orders.app(given).getPrepayId());
      case "pay_params_app":
        return parametersOf(orders.app(given));
      case "prepay_h5":
        return orders.h5(given);
      case "query":
        return payments.queryOrderByOutTradeNo(request(given, QueryOrderByOutTradeNoRequest.class, "out_trade_no"));
      case "query_id":
        return payments.queryOrderById(request(given, QueryOrderByIdRequest.class, "transaction_id"));
      case "close":
        payments.closeOrder(request(given, CloseOrderRequest.class, "out_trade_no"));
        return new JsonObject();
      case "refund":
        return refunds.create(refund(given));
      case "query_refund":
        return refunds.queryByOutRefundNo(request(given, QueryByOutRefundNoRequest.class, "out_refund_no"));
      case "notification":
        return notification(given);
      default:
        return null;
    }
  }

  private Object notification(JsonObject given) {
    JsonObject headers = given.getAsJsonObject("headers");
    String body = text(given, "body");
    RequestParam request = new RequestParam.Builder()
        .serialNumber(text(headers, "wechatpay-serial"))
        .nonce(text(headers, "wechatpay-nonce"))
        .timestamp(text(headers, "wechatpay-timestamp"))
        .signature(text(headers, "wechatpay-signature"))
        .signType(text(headers, "wechatpay-signature-type"))
        .body(body)
        .build();
    boolean isRefund = JsonParser.parseString(body).getAsJsonObject().get("event_type").getAsString().startsWith("REFUND");
    return isRefund ? parser.parse(request, RefundNotification.class) : parser.parse(request, Transaction.class);
  }

  /** The SDK's model of a request about what has this number. */
  private <Request> Request request(JsonObject given, Class<Request> model, String number) {
    JsonObject request = Orders.object("mchid", mchid);
    request.add(number, given.get(number));
    return GSON.fromJson(request, model);
  }

  private static CreateRequest refund(JsonObject given) {
    JsonObject amount = Orders.object("currency", "CNY");
    amount.add("refund", given.get("refund"));
    amount.add("total", given.get("total"));
    JsonObject request = new JsonObject();
    request.add("out_trade_no", given.get("out_trade_no"));
    request.add("out_refund_no", given.get("out_refund_no"));
    request.add("amount", amount);
    return GSON.fromJson(request, CreateRequest.class);
  }

  private static JsonObject parametersOf(Object parameters) {
    JsonObject answer = new JsonObject();
    answer.add("parameters", GSON.toJsonTree(parameters));
    return answer;
  }

  private static String text(JsonObject from, String name) {
    return from.get(name).getAsString();
  }

  private interface Work {
    Object run() throws Exception;
  }

  private static boolean reply(PrintStream out, Work work) {
    JsonObject reply = new JsonObject();
    try {
      Object answer = work.run();
      if (answer == null) reply.addProperty("not_offered", true);
      else reply.add("answer", GSON.toJsonTree(answer));
    } catch (Exception error) {
      reply.addProperty("error", error.toString());
    }
    out.println(reply);
    out.flush();
    return !reply.has("error");
  }

  public static void main(String[] args) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    Client[] client = new Client[1];
    JsonObject setup = JsonParser.parseString(lines.readLine()).getAsJsonObject();
    boolean started = reply(out, () -> {
      client[0] = new Client(setup);
      return new JsonObject();
    });
    for (String line = lines.readLine(); started && line != null; line = lines.readLine()) {
      JsonObject request = JsonParser.parseString(line).getAsJsonObject();
      reply(out, () -> client[0].call(text(request, "call"), request.getAsJsonObject("given")));
    }
    // The download of certificates goes on in a thread of its own.
    System.exit(0);
  }
}
