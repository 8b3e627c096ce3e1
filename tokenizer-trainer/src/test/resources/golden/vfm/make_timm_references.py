# python make_timm_references.py OUT: two vision transformers under timm's names, as timm computes them.
import sys, types
from unittest.mock import MagicMock
import importlib.machinery
for n in ["torchvision","torchvision.transforms","torchvision.transforms.functional","torchvision.ops","torchvision.ops.misc","torchvision.datasets","torchvision.models","torchvision.models.feature_extraction","torchvision.utils"]:
    m=MagicMock(); m.__spec__=importlib.machinery.ModuleSpec(n,None); m.__version__="0.28.0"; m.__path__=[]; sys.modules[n]=m
import torch, json, os
from timm.models.vision_transformer import VisionTransformer
from safetensors.torch import save_file
torch.manual_seed(0)
def make(name, size, **kw):
    m = VisionTransformer(**kw).eval()
    with torch.no_grad():
        for n,p in m.named_parameters():
            p.copy_(torch.randn_like(p)*(0.3 if p.dim()<2 else 0.15))
            if "norm" in n and n.endswith("weight"): p.add_(1.0)
    d=f"{sys.argv[1]}/{name}"; os.makedirs(d,exist_ok=True)
    save_file({k:v.contiguous() for k,v in m.state_dict().items()}, d+"/model.safetensors")
    json.dump({"architecture": name, "model_args": kw, "pretrained_cfg": {"mean":[0.5]*3,"std":[0.5]*3}}, open(d+"/config.json","w"))
    x=torch.randn(2,3,*size)
    with torch.no_grad():
        h=m.norm_pre(m._pos_embed(m.patch_embed(x)))
        ref={"pixel_values":x,"hidden_states.0":h.contiguous().clone()}
        for i,b in enumerate(m.blocks):
            h=b(h); ref[f"hidden_states.{i+1}"]=h.contiguous().clone()
        ref["last_hidden_state"]=m.norm(h).contiguous().clone()
    save_file(ref,d+"/reference.safetensors"); print(name,[k for k in m.state_dict() if 'blocks.1' not in k][:60])
make("timm-siglip",(64,64),img_size=64,patch_size=16,embed_dim=48,depth=2,num_heads=4,class_token=False,global_pool="map",num_classes=0,mlp_ratio=2)
make("timm-vit-registers",(48,64),img_size=64,patch_size=16,embed_dim=48,depth=2,num_heads=4,reg_tokens=4,no_embed_class=True,init_values=1e-5,num_classes=0,mlp_ratio=2,dynamic_img_size=True)
