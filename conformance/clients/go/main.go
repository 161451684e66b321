// The official Go SDK, asked line by line what to do: see process-client.ts.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/cipher/decryptors"
	"github.com/wechatpay-apiv3/wechatpay-go/core/cipher/encryptors"
	"github.com/wechatpay-apiv3/wechatpay-go/core/downloader"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/app"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/h5"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

type setup struct {
	Mode      string
	Mchid     string
	Appid     string
	NotifyURL string `json:"notifyUrl"`
	Keys      struct {
		Apiv3Key string `json:"apiv3_key"`
		Merchant []struct {
			Serial string `json:"serial_no"`
			Key    string `json:"private_key_pem"`
		}
		PublicKey struct {
			ID  string
			Pem string `json:"public_key_pem"`
		} `json:"public_key"`
	}
}

type given struct {
	OutTradeNo    string `json:"out_trade_no"`
	TransactionID string `json:"transaction_id"`
	OutRefundNo   string `json:"out_refund_no"`
	Openid        string
	Total         int64
	Refund        int64
	Headers       map[string]string
	Body          string
}

type answer map[string]any

var errNotOffered = errors.New("not offered")

type merchant struct {
	setup
	client  *core.Client
	handler *notify.Handler
	visitor core.CertificateVisitor
}

func connect(ctx context.Context, s setup) (*merchant, error) {
	key, err := utils.LoadPrivateKey(s.Keys.Merchant[0].Key)
	if err != nil {
		return nil, err
	}
	var publicKey *rsa.PublicKey
	if publicKey, err = utils.LoadPublicKey(s.Keys.PublicKey.Pem); err != nil {
		return nil, err
	}
	m := &merchant{setup: s}
	serial, id := s.Keys.Merchant[0].Serial, s.Keys.PublicKey.ID
	var options []core.ClientOption
	var verifier auth.Verifier
	if s.Mode != "public_key" {
		manager := downloader.MgrInstance()
		if err = manager.RegisterDownloaderWithPrivateKey(ctx, key, serial, s.Mchid, s.Keys.Apiv3Key); err != nil {
			return nil, err
		}
		m.visitor = manager.GetCertificateVisitor(s.Mchid)
	}
	switch s.Mode {
	case "certificate":
		verifier = verifiers.NewSHA256WithRSAVerifier(m.visitor)
		options = append(options, option.WithWechatPayAutoAuthCipher(s.Mchid, serial, key, s.Keys.Apiv3Key))
	case "public_key":
		verifier = verifiers.NewSHA256WithRSAPubkeyVerifier(id, *publicKey)
		options = append(options, option.WithWechatPayPublicKeyAuthCipher(s.Mchid, serial, key, id, publicKey))
	default:
		verifier = verifiers.NewSHA256WithRSACombinedVerifier(m.visitor, id, *publicKey)
		options = append(options,
			option.WithMerchantCredential(s.Mchid, serial, key),
			option.WithVerifier(verifier),
			option.WithWechatPayCipher(encryptors.NewWechatPayPubKeyEncryptor(id, *publicKey), decryptors.NewWechatPayDecryptor(key)))
	}
	if m.client, err = core.NewClient(ctx, options...); err != nil {
		return nil, err
	}
	m.handler, err = notify.NewRSANotifyHandler(s.Keys.Apiv3Key, verifier)
	return m, err
}

func (m *merchant) call(ctx context.Context, call string, g given) (any, error) {
	appid, mchid, url, description := &m.Appid, &m.Mchid, &m.NotifyURL, core.String("咖啡")
	jsapiOrder := jsapi.PrepayRequest{Appid: appid, Mchid: mchid, NotifyUrl: url, Description: description, OutTradeNo: &g.OutTradeNo,
		Amount: &jsapi.Amount{Total: &g.Total}, Payer: &jsapi.Payer{Openid: &g.Openid}}
	appOrder := app.PrepayRequest{Appid: appid, Mchid: mchid, NotifyUrl: url, Description: description, OutTradeNo: &g.OutTradeNo,
		Amount: &app.Amount{Total: &g.Total}}
	orders := native.NativeApiService{Client: m.client}
	switch call {
	case "certificates":
		if m.visitor == nil {
			return nil, errNotOffered
		}
		serials := []string{}
		for serial := range m.visitor.GetAll(ctx) {
			serials = append(serials, serial)
		}
		return answer{"serials": serials}, nil
	case "prepay_native":
		r, _, err := orders.Prepay(ctx, native.PrepayRequest{Appid: appid, Mchid: mchid, NotifyUrl: url, Description: description,
			OutTradeNo: &g.OutTradeNo, Amount: &native.Amount{Total: &g.Total}})
		return r, err
	case "prepay_jsapi":
		r, _, err := (&jsapi.JsapiApiService{Client: m.client}).Prepay(ctx, jsapiOrder)
		return r, err
	case "prepay_app":
		r, _, err := (&app.AppApiService{Client: m.client}).Prepay(ctx, appOrder)
		return r, err
	case "prepay_h5":
		r, _, err := (&h5.H5ApiService{Client: m.client}).Prepay(ctx, h5.PrepayRequest{Appid: appid, Mchid: mchid, NotifyUrl: url,
			Description: description, OutTradeNo: &g.OutTradeNo, Amount: &h5.Amount{Total: &g.Total},
			SceneInfo: &h5.SceneInfo{PayerClientIp: core.String("127.0.0.1"), H5Info: &h5.H5Info{Type: core.String("Wap")}}})
		return r, err
	case "pay_params_jsapi":
		r, _, err := (&jsapi.JsapiApiService{Client: m.client}).PrepayWithRequestPayment(ctx, jsapiOrder)
		if err != nil {
			return nil, err
		}
		return answer{"parameters": answer{"appId": r.Appid, "timeStamp": r.TimeStamp, "nonceStr": r.NonceStr, "package": r.Package,
			"signType": r.SignType, "paySign": r.PaySign}}, nil
	case "pay_params_app":
		r, _, err := (&app.AppApiService{Client: m.client}).PrepayWithRequestPayment(ctx, appOrder)
		if err != nil {
			return nil, err
		}
		return answer{"parameters": answer{"appId": m.Appid, "partnerId": r.PartnerId, "prepayId": r.PrepayId, "packageValue": r.Package,
			"nonceStr": r.NonceStr, "timeStamp": r.TimeStamp, "sign": r.Sign}}, nil
	case "query":
		r, _, err := orders.QueryOrderByOutTradeNo(ctx, native.QueryOrderByOutTradeNoRequest{OutTradeNo: &g.OutTradeNo, Mchid: mchid})
		return r, err
	case "query_id":
		r, _, err := orders.QueryOrderById(ctx, native.QueryOrderByIdRequest{TransactionId: &g.TransactionID, Mchid: mchid})
		return r, err
	case "close":
		_, err := orders.CloseOrder(ctx, native.CloseOrderRequest{OutTradeNo: &g.OutTradeNo, Mchid: mchid})
		return answer{}, err
	case "refund":
		r, _, err := (&refunddomestic.RefundsApiService{Client: m.client}).Create(ctx, refunddomestic.CreateRequest{
			OutTradeNo: &g.OutTradeNo, OutRefundNo: &g.OutRefundNo,
			Amount: &refunddomestic.AmountReq{Refund: &g.Refund, Total: &g.Total, Currency: core.String("CNY")}})
		return r, err
	case "query_refund":
		r, _, err := (&refunddomestic.RefundsApiService{Client: m.client}).QueryByOutRefundNo(ctx,
			refunddomestic.QueryByOutRefundNoRequest{OutRefundNo: &g.OutRefundNo})
		return r, err
	case "notification":
		request, err := http.NewRequest(http.MethodPost, m.NotifyURL, bytes.NewBufferString(g.Body))
		if err != nil {
			return nil, err
		}
		for name, value := range g.Headers {
			request.Header.Set(name, value)
		}
		content := answer{}
		_, err = m.handler.ParseNotifyRequest(ctx, request, &content)
		return content, err
	}
	return nil, errNotOffered
}

func main() {
	ctx := context.Background()
	lines := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	reply := func(value any, err error) {
		switch {
		case errors.Is(err, errNotOffered):
			_ = out.Encode(answer{"not_offered": true})
		case err != nil:
			_ = out.Encode(answer{"error": err.Error()})
		default:
			_ = out.Encode(answer{"answer": value})
		}
	}
	var s setup
	line, err := lines.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &s)
	}
	var m *merchant
	if err == nil {
		m, err = connect(ctx, s)
	}
	reply(answer{}, err)
	if err != nil {
		return
	}
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var request struct {
			Call  string
			Given given
		}
		if err = json.Unmarshal(line, &request); err != nil {
			reply(nil, fmt.Errorf("the request: %w", err))
			continue
		}
		reply(m.call(ctx, request.Call, request.Given))
	}
}
