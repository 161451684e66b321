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
import com.wechat.pay.java.service.refund.RefundService;
import com.wechat.pay.java.service.refund.model.RefundNotification;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The official Java SDK, asked line by line what to do: see process-client.ts. */
public final class Client {
  private static final Gson GSON = new Gson();

  private final String mchid;
  private final Config config;
  private final NativePayService payments;
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
    orders = new Orders(config, appid, mchid, setup.get("notifyUrl").getAsString());
  }

  private Object call(String call, JsonObject given) {
    switch (call) {
      case "prepay_native":
        return orders.nativePay(given);
      case "prepay_jsapi": {
        JsonObject answer = new JsonObject();
        answer.addProperty("prepay_id", orders.jsapi(given).getPackageVal().replace("prepay_id=", ""));
        return answer;
      }
      case "pay_params_jsapi": {
        var made = orders.jsapi(given);
        JsonObject parameters = new JsonObject();
        parameters.addProperty("appId", made.getAppId());
        parameters.addProperty("timeStamp", made.getTimeStamp());
        parameters.addProperty("nonceStr", made.getNonceStr());
        parameters.addProperty("package", made.getPackageVal());
        parameters.addProperty("signType", made.getSignType());
        parameters.addProperty("paySign", made.getPaySign());
        return parametersOf(parameters);
      }
      case "prepay_app": {
        JsonObject answer = new JsonObject();
        answer.addProperty("prepay_id", orders.app(given).getPrepayId());
        return answer;
      }
      case "pay_params_app": {
        var made = orders.app(given);
        JsonObject parameters = new JsonObject();
        parameters.addProperty("appid", made.getAppid());
        parameters.addProperty("partnerId", made.getPartnerId());
        parameters.addProperty("prepayId", made.getPrepayId());
        parameters.addProperty("packageVal", made.getPackageVal());
        parameters.addProperty("nonceStr", made.getNonceStr());
        parameters.addProperty("timestamp", made.getTimestamp());
        parameters.addProperty("sign", made.getSign());
        return parametersOf(parameters);
      }
      case "prepay_h5":
        return orders.h5(given);
      case "query": {
        var request = new com.wechat.pay.java.service.payments.nativepay.model.QueryOrderByOutTradeNoRequest();
        request.setMchid(mchid);
        request.setOutTradeNo(text(given, "out_trade_no"));
        return payments.queryOrderByOutTradeNo(request);
      }
      case "query_id": {
        var request = new com.wechat.pay.java.service.payments.nativepay.model.QueryOrderByIdRequest();
        request.setMchid(mchid);
        request.setTransactionId(text(given, "transaction_id"));
        return payments.queryOrderById(request);
      }
      case "close": {
        var request = new com.wechat.pay.java.service.payments.nativepay.model.CloseOrderRequest();
        request.setMchid(mchid);
        request.setOutTradeNo(text(given, "out_trade_no"));
        payments.closeOrder(request);
        return new JsonObject();
      }
      case "refund": {
        var request = new com.wechat.pay.java.service.refund.model.CreateRequest();
        var amount = new com.wechat.pay.java.service.refund.model.AmountReq();
        amount.setRefund(given.get("refund").getAsLong());
        amount.setTotal(given.get("total").getAsLong());
        amount.setCurrency("CNY");
        request.setOutTradeNo(text(given, "out_trade_no"));
        request.setOutRefundNo(text(given, "out_refund_no"));
        request.setAmount(amount);
        return new RefundService.Builder().config(config).build().create(request);
      }
      case "query_refund": {
        var request = new com.wechat.pay.java.service.refund.model.QueryByOutRefundNoRequest();
        request.setOutRefundNo(text(given, "out_refund_no"));
        return new RefundService.Builder().config(config).build().queryByOutRefundNo(request);
      }
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

  private static JsonObject parametersOf(JsonObject parameters) {
    JsonObject answer = new JsonObject();
    answer.add("parameters", parameters);
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
