import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.wechat.pay.java.core.Config;
import com.wechat.pay.java.service.payments.app.AppServiceExtension;
import com.wechat.pay.java.service.payments.h5.H5Service;
import com.wechat.pay.java.service.payments.jsapi.JsapiServiceExtension;
import com.wechat.pay.java.service.payments.nativepay.NativePayService;

/** Places orders: the SDK has a model of its own for each way to pay, and all of them are read from WeChat's own words. */
final class Orders {
  private static final Gson GSON = new Gson();

  private final Config config;
  private final String appid;
  private final String mchid;
  private final String notifyUrl;

  Orders(Config config, String appid, String mchid, String notifyUrl) {
    this.config = config;
    this.appid = appid;
    this.mchid = mchid;
    this.notifyUrl = notifyUrl;
  }

  Object nativePay(JsonObject given) {
    var request = GSON.fromJson(order(given), com.wechat.pay.java.service.payments.nativepay.model.PrepayRequest.class);
    return new NativePayService.Builder().config(config).build().prepay(request);
  }

  com.wechat.pay.java.service.payments.jsapi.model.PrepayWithRequestPaymentResponse jsapi(JsonObject given) {
    JsonObject order = order(given);
    order.add("payer", object("openid", given.get("openid").getAsString()));
    var request = GSON.fromJson(order, com.wechat.pay.java.service.payments.jsapi.model.PrepayRequest.class);
    return new JsapiServiceExtension.Builder().config(config).build().prepayWithRequestPayment(request);
  }

  com.wechat.pay.java.service.payments.app.model.PrepayWithRequestPaymentResponse app(JsonObject given) {
    var request = GSON.fromJson(order(given), com.wechat.pay.java.service.payments.app.model.PrepayRequest.class);
    return new AppServiceExtension.Builder().config(config).build().prepayWithRequestPayment(request);
  }

  Object h5(JsonObject given) {
    JsonObject order = order(given);
    JsonObject scene = object("payer_client_ip", "127.0.0.1");
    scene.add("h5_info", object("type", "Wap"));
    order.add("scene_info", scene);
    var request = GSON.fromJson(order, com.wechat.pay.java.service.payments.h5.model.PrepayRequest.class);
    return new H5Service.Builder().config(config).build().prepay(request);
  }

  private JsonObject order(JsonObject given) {
    JsonObject order = object("appid", appid);
    order.addProperty("mchid", mchid);
    order.addProperty("notify_url", notifyUrl);
    order.addProperty("description", "咖啡");
    order.add("out_trade_no", given.get("out_trade_no"));
    JsonObject amount = new JsonObject();
    amount.add("total", given.get("total"));
    order.add("amount", amount);
    return order;
  }

  static JsonObject object(String name, String value) {
    JsonObject object = new JsonObject();
    object.addProperty(name, value);
    return object;
  }
}
