import com.google.gson.JsonObject;
import com.wechat.pay.java.core.Config;
import com.wechat.pay.java.service.payments.app.AppServiceExtension;
import com.wechat.pay.java.service.payments.h5.H5Service;
import com.wechat.pay.java.service.payments.jsapi.JsapiServiceExtension;
import com.wechat.pay.java.service.payments.nativepay.NativePayService;

/** Places orders: the SDK has a model of its own for each way to pay. */
final class Orders {
  private static final String DESCRIPTION = "咖啡";

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

  com.wechat.pay.java.service.payments.nativepay.model.PrepayResponse nativePay(JsonObject given) {
    var request = new com.wechat.pay.java.service.payments.nativepay.model.PrepayRequest();
    var amount = new com.wechat.pay.java.service.payments.nativepay.model.Amount();
    amount.setTotal(given.get("total").getAsInt());
    request.setAppid(appid);
    request.setMchid(mchid);
    request.setNotifyUrl(notifyUrl);
    request.setDescription(DESCRIPTION);
    request.setOutTradeNo(given.get("out_trade_no").getAsString());
    request.setAmount(amount);
    return new NativePayService.Builder().config(config).build().prepay(request);
  }

  com.wechat.pay.java.service.payments.jsapi.model.PrepayWithRequestPaymentResponse jsapi(JsonObject given) {
    var request = new com.wechat.pay.java.service.payments.jsapi.model.PrepayRequest();
    var amount = new com.wechat.pay.java.service.payments.jsapi.model.Amount();
    var payer = new com.wechat.pay.java.service.payments.jsapi.model.Payer();
    amount.setTotal(given.get("total").getAsInt());
    payer.setOpenid(given.get("openid").getAsString());
    request.setAppid(appid);
    request.setMchid(mchid);
    request.setNotifyUrl(notifyUrl);
    request.setDescription(DESCRIPTION);
    request.setOutTradeNo(given.get("out_trade_no").getAsString());
    request.setAmount(amount);
    request.setPayer(payer);
    return new JsapiServiceExtension.Builder().config(config).build().prepayWithRequestPayment(request);
  }

  com.wechat.pay.java.service.payments.app.model.PrepayWithRequestPaymentResponse app(JsonObject given) {
    var request = new com.wechat.pay.java.service.payments.app.model.PrepayRequest();
    var amount = new com.wechat.pay.java.service.payments.app.model.Amount();
    amount.setTotal(given.get("total").getAsInt());
    request.setAppid(appid);
    request.setMchid(mchid);
    request.setNotifyUrl(notifyUrl);
    request.setDescription(DESCRIPTION);
    request.setOutTradeNo(given.get("out_trade_no").getAsString());
    request.setAmount(amount);
    return new AppServiceExtension.Builder().config(config).build().prepayWithRequestPayment(request);
  }

  com.wechat.pay.java.service.payments.h5.model.PrepayResponse h5(JsonObject given) {
    var request = new com.wechat.pay.java.service.payments.h5.model.PrepayRequest();
    var amount = new com.wechat.pay.java.service.payments.h5.model.Amount();
    var scene = new com.wechat.pay.java.service.payments.h5.model.SceneInfo();
    var info = new com.wechat.pay.java.service.payments.h5.model.H5Info();
    amount.setTotal(given.get("total").getAsInt());
    info.setType("Wap");
    scene.setPayerClientIp("127.0.0.1");
    scene.setH5Info(info);
    request.setAppid(appid);
    request.setMchid(mchid);
    request.setNotifyUrl(notifyUrl);
    request.setDescription(DESCRIPTION);
    request.setOutTradeNo(given.get("out_trade_no").getAsString());
    request.setAmount(amount);
    request.setSceneInfo(scene);
    return new H5Service.Builder().config(config).build().prepay(request);
  }
}
